"""Writes the workspace that watches a scenario's province: settings, registry, recipients.

What belongs here: files of a workspace as texts. What does not: reading them (`pipeline.workspace`,
`pipeline.registry`), which know nothing of the simulator.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path

from pipeline.months import local_date
from pipeline.simulator.scenario import Scenario, Unit, dump

_KNOWN_SINCE = "2014-01-01"


def workspace_files(scenario: Scenario) -> dict[str, str]:
    """Return the files of the workspace, path → text; the scenario among them."""
    watched = [unit for unit in scenario.units if unit.portal is not None]
    return {
        "congkhai.toml": _settings(scenario),
        "units.csv": _csv(("unit_id", "name", "kind"), ((u.unit_id, u.name, u.kind) for u in scenario.units)),
        "unit_versions.csv": _csv(
            ("unit_id", "name", "kind", "parent_id", "position", "valid_from", "valid_to", "instrument"),
            ((u.unit_id, u.name, u.kind, u.parent_id or "", u.position, u.valid_from or _KNOWN_SINCE,
              u.valid_to or "", "")
             for u in scenario.units)),
        "successions.csv": _csv(
            ("predecessor_id", "successor_id", "on", "kind", "instrument"),
            ((s.predecessor_id, s.successor_id or "", s.on, s.kind, s.instrument) for s in scenario.successions)),
        "portals.csv": _csv(
            ("portal_id", "unit_id", "url", "valid_from", "valid_to", "render", "robots_exemption",
             "tls_exemption"),
            (row for u in watched for row in _portals(u))),
        "recipients.csv": _csv(
            ("unit_id", "name", "email"),
            ((u.unit_id, f"Văn thư {u.name}", f"van-thu@{u.portal.host}") for u in watched if u.portal is not None)),
        "reviews/.gitkeep": "",
        "scenario.json": dump(scenario),
    }


def write_workspace(scenario: Scenario, folder: Path) -> None:
    """Write the workspace of the scenario into `folder`, over files of the same names."""
    for name, text in workspace_files(scenario).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="")


def _portals(unit: Unit) -> Iterable[tuple[str, ...]]:
    """One row for each name of the unit's portal, valid while the portal stands under it."""
    assert unit.portal is not None
    days: list[date | None] = [unit.valid_from, *(local_date(m.at) for m in unit.portal.moves), unit.valid_to]
    for n, host in enumerate(unit.portal.hosts):
        since, until = (str(day or "") for day in days[n:n + 2])
        yield (f"{unit.unit_id}-{n + 1}" if n else unit.unit_id, unit.unit_id, f"http://{host}/", since, until,
               "http", "", "")


def _settings(scenario: Scenario) -> str:
    lines = [
        f'title = "{scenario.title}"',
        f'province = "{scenario.province}"',
        'timezone = "Asia/Ho_Chi_Minh"',
        f'issuer = ["UBND TỈNH {scenario.province.upper()}", "VĂN PHÒNG"]',
        f'programmes = ["{scenario.programme}"]',
        f'first_month = "{scenario.months[0]}"',
        "",
        "# Các trang mô phỏng chạy trên máy này, nên không cần chờ giữa hai lần tải.",
        "[politeness]",
        "delay_seconds = 0.0",
        "timeout_seconds = 20.0",
        "",
        "[simulation]",
        'scenario = "scenario.json"',
        "loopback = true",
    ]
    for layout, positions in sorted(scenario.positions.items()):
        lines += ["", f"[positions.{layout}]", *(f"{unit} = {place}" for unit, place in sorted(positions.items()))]
    return "\n".join(lines) + "\n"


def _csv(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return buffer.getvalue()
