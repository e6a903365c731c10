"""Load the registry from a workspace's CSV files, with every problem of every file at once.

What belongs here: what the columns mean and which rows agree with which. What does not: the shape of a CSV file
(`pipeline.registry.sheet`) and settings (`pipeline.workspace`).
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

from pipeline.problems import Problem
from pipeline.registry.model import Portal, Recipient, Registry, Succession, UnitVersion
from pipeline.registry.sheet import ALWAYS, Row, Sheet, read_sheet
from pipeline.registry.successions import check_successions

_VERSION = ("name", "kind", "position", "parent_id", "valid_from", "valid_to", "instrument")
UNITS = Sheet("units.csv", ("unit_id", *_VERSION), ("unit_id",))
UNIT_VERSIONS = Sheet("unit_versions.csv", ("unit_id", *_VERSION), ("unit_id", "name", "kind"))
SUCCESSIONS = Sheet(
    "successions.csv",
    ("predecessor_id", "successor_id", "on", "kind", "instrument"),
    ("predecessor_id", "on", "kind", "instrument"),
)
PORTALS = Sheet(
    "portals.csv",
    ("unit_id", "url", "portal_id", "valid_from", "valid_to", "render", "robots_exemption", "tls_exemption"),
    ("unit_id", "url"),
)
RECIPIENTS = Sheet("recipients.csv", ("unit_id", "name", "email"), ("unit_id", "email"))
SHEETS = (UNITS, UNIT_VERSIONS, SUCCESSIONS, PORTALS, RECIPIENTS)

# A tier that owes nothing itself and only stands above others.
_PARENT_KINDS = frozenset({"province"})
_SUCCESSION_KINDS = ("merge", "split", "rename", "abolish")
_RENDERS = ("http", "browser")
# `province` and `all` are rows of `fact_delta_monthly`.
_RESERVED_IDS = frozenset({"province", "all"})
_LOCAL_NAME = re.compile(r"(?:^|\.)(?:localhost|test|local|internal|example|invalid|home\.arpa)$")
_HOST = re.compile(r"(?=.{1,253}$)[^\s/@:?#]+(?:\.[^\s/@:?#]+)*")
_EMAIL = re.compile(r"[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>]+")

T = TypeVar("T")


@dataclass
class _Loading:
    """What was read so far, with the row each value came from."""

    owed_kinds: frozenset[str]
    simulation: bool
    problems: list[Problem]
    unit_order: dict[str, int] = field(default_factory=dict)
    versions: list[tuple[Row, UnitVersion]] = field(default_factory=list)
    portals: list[tuple[Row, Portal]] = field(default_factory=list)

    def known_unit(self, row: Row, column: str, unit_id: str) -> None:
        if unit_id and unit_id not in self.unit_order:
            row.wrong(f"{column} {unit_id!r} không có trong units.csv", "sửa mã, hoặc thêm đơn vị vào units.csv")


def load_registry(
    folder: Path, owed_kinds: Iterable[str], *, simulation: bool
) -> tuple[Registry, list[Problem]]:
    """Return the registry of `folder` and every problem of its files.

    `owed_kinds`: kinds of unit that the workspace's programmes speak of. `simulation`: whether portals may stand
    on loopback or reserved names. The registry is only of use where there is no problem.
    """
    loading = _Loading(frozenset(owed_kinds), simulation, [])
    units = read_sheet(folder, UNITS, loading.problems)
    _register_units(loading, units)
    _load_versions(loading, read_sheet(folder, UNIT_VERSIONS, loading.problems, optional=True), units)
    succession_rows = read_sheet(folder, SUCCESSIONS, loading.problems, optional=True)
    successions = _each(succession_rows, loading, _succession)
    check_successions(
        list(zip(succession_rows, successions, strict=True)), [(row, version) for row, version in loading.versions])
    _load_portals(loading, read_sheet(folder, PORTALS, loading.problems))
    recipients = _each(read_sheet(folder, RECIPIENTS, loading.problems, optional=True), loading, _recipient)
    _check_watched_kinds(loading)
    registry = Registry(
        versions=tuple(version for _, version in loading.versions),
        successions=tuple(successions),
        portals=tuple(portal for _, portal in loading.portals),
        recipients=tuple(recipients),
    )
    return registry, loading.problems


def _each(rows: Sequence[Row], loading: _Loading, read: Callable[[_Loading, Row], T]) -> list[T]:
    return [read(loading, row) for row in rows]


def _register_units(loading: _Loading, rows: Sequence[Row]) -> None:
    first_row: dict[str, int] = {}
    for row in rows:
        unit_id = row.identifier("unit_id")
        if unit_id in _RESERVED_IDS:
            row.wrong(f"unit_id {unit_id!r} đã dành cho dòng tổng", "chọn mã khác")
        if unit_id in first_row:
            row.wrong(f"unit_id {unit_id!r} trùng với dòng {first_row[unit_id]}", "mỗi đơn vị một dòng và một mã")
        elif unit_id:
            first_row[unit_id] = row.number
            loading.unit_order[unit_id] = len(loading.unit_order) + 1


def _load_versions(loading: _Loading, dated: Sequence[Row], units: Sequence[Row]) -> None:
    told = {row.text("unit_id") for row in dated}
    for row in (*dated, *(row for row in units if row.text("unit_id") not in told)):
        loading.versions.append((row, _version(loading, row)))
    spans = [(row, v.unit_id, v.valid_from, v.valid_to) for row, v in loading.versions]
    # A unit twice in units.csv is told as such; it does not overlap itself too.
    _check_overlaps([span for span in spans if span[0].file != UNITS.file], "unit_id")


def _version(loading: _Loading, row: Row) -> UnitVersion:
    unit_id = row.identifier("unit_id")
    loading.known_unit(row, "unit_id", unit_id)
    kind = row.required("kind")
    known = loading.owed_kinds | _PARENT_KINDS
    if kind and kind not in known:
        row.wrong(f"loại đơn vị {kind!r} không có trong chương trình", f"dùng {', '.join(sorted(known))}")
    parent_id = row.text("parent_id")
    loading.known_unit(row, "parent_id", parent_id)
    if parent_id and parent_id == unit_id:
        row.wrong("parent_id là chính đơn vị này", "để trống hoặc ghi mã cấp trên")
    valid_from, valid_to = _span(row)
    return UnitVersion(
        unit_id=unit_id,
        name=row.required("name"),
        kind=kind,
        position=row.whole_number("position", loading.unit_order.get(unit_id, 0)),
        valid_from=valid_from,
        valid_to=valid_to,
        parent_id=parent_id or None,
        instrument=row.text("instrument"),
    )


def _span(row: Row) -> tuple[date, date | None]:
    valid_from, valid_to = row.day("valid_from", ALWAYS) or ALWAYS, row.day("valid_to", None)
    if valid_to is not None and valid_to <= valid_from:
        row.wrong(
            f"valid_to {valid_to:%d/%m/%Y} không sau valid_from {valid_from:%d/%m/%Y}",
            "valid_to là ngày đầu tiên không còn hiệu lực",
        )
    return valid_from, valid_to


def _check_overlaps(spans: Sequence[tuple[Row, str, date, date | None]], what: str) -> None:
    by_key: dict[str, list[tuple[Row, date, date | None]]] = {}
    for row, key, start, end in spans:
        for earlier, from_, to in by_key.get(key, ()):
            if (to is None or start < to) and (end is None or from_ < end):
                row.wrong(
                    f"hiệu lực của {what} {key!r} chồng với dòng {earlier.number}",
                    "đặt valid_to của dòng trước bằng valid_from của dòng sau",
                )
        if key:
            by_key.setdefault(key, []).append((row, start, end))


def _succession(loading: _Loading, row: Row) -> Succession:
    predecessor, successor = row.required("predecessor_id"), row.text("successor_id")
    loading.known_unit(row, "predecessor_id", predecessor)
    loading.known_unit(row, "successor_id", successor)
    kind = row.required("kind")
    if kind and kind not in _SUCCESSION_KINDS:
        row.wrong(f"hình thức {kind!r} không có", f"dùng {', '.join(_SUCCESSION_KINDS)}")
    elif kind and not successor and kind != "abolish":
        row.wrong("thiếu successor_id", "ghi mã đơn vị mới, hoặc kind là abolish nếu giải thể")
    row.required("on")
    row.required("instrument")
    return Succession(predecessor, successor or None, row.day("on", ALWAYS) or ALWAYS, kind, row.text("instrument"))


def _load_portals(loading: _Loading, rows: Sequence[Row]) -> None:
    taken = {row.text("portal_id") for row in rows} - {""}
    seen: dict[str, int] = {}
    for row in rows:
        unit_id = row.identifier("unit_id")
        loading.known_unit(row, "unit_id", unit_id)
        portal_id = row.identifier("portal_id", _free_id(unit_id, taken))
        if portal_id in seen:
            row.wrong(f"portal_id {portal_id!r} trùng với dòng {seen[portal_id]}", "mỗi trang một mã")
        taken.add(portal_id)
        seen.setdefault(portal_id, row.number)
        loading.portals.append((row, _portal(loading, row, portal_id, unit_id)))
    _check_overlaps(
        [(row, _same_site(p.url), p.valid_from, p.valid_to) for row, p in loading.portals], "địa chỉ"
    )


def _free_id(unit_id: str, taken: set[str]) -> str:
    if not unit_id or unit_id not in taken:
        return unit_id
    number = 2
    while f"{unit_id}-{number}" in taken:
        number += 1
    return f"{unit_id}-{number}"


def _portal(loading: _Loading, row: Row, portal_id: str, unit_id: str) -> Portal:
    url = row.required("url")
    if url:
        _check_url(loading, row, url)
    render = row.text("render", "http")
    if render not in _RENDERS:
        row.wrong(f"render {render!r} không có", f"dùng {' hoặc '.join(_RENDERS)}")
    valid_from, valid_to = _span(row)
    return Portal(
        portal_id=portal_id,
        unit_id=unit_id,
        url=url,
        valid_from=valid_from,
        valid_to=valid_to,
        render=render,
        robots_exemption=row.text("robots_exemption"),
        tls_exemption=row.text("tls_exemption"),
    )


def _check_url(loading: _Loading, row: Row, url: str) -> None:
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        row.wrong(f"địa chỉ {url!r} không hợp lệ", "viết như https://sonoivu.tinh.gov.vn/")
        return
    if parts.scheme not in ("http", "https") or not _HOST.fullmatch(host.replace("::", "x").replace(":", "x")):
        row.wrong(f"địa chỉ {url!r} không hợp lệ", "viết đủ như https://sonoivu.tinh.gov.vn/")
    elif parts.username is not None:
        row.wrong("địa chỉ chứa tên đăng nhập", "bỏ phần trước dấu @")
    elif not loading.simulation and is_local(host):
        row.wrong(
            f"địa chỉ {url!r} ở mạng nội bộ hoặc tên dành riêng",
            "dùng địa chỉ công khai; chỉ workspace có [simulation] mới được dùng",
        )


def is_local(host: str) -> bool:
    """Tell whether a host is an address that is not global, or a name that never is public."""
    try:
        return not ipaddress.ip_address(host.strip("[]")).is_global
    except ValueError:
        name = host.rstrip(".").lower()
        return bool(_LOCAL_NAME.search(name)) or re.fullmatch(r"(0x)?[0-9a-f.]*\d", name) is not None


def _same_site(url: str) -> str:
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return f"{parts.netloc.lower()}{parts.path.rstrip('/')}?{parts.query}".rstrip("?") if parts.netloc else ""


def _recipient(loading: _Loading, row: Row) -> Recipient:
    unit_id, email = row.required("unit_id"), row.required("email")
    loading.known_unit(row, "unit_id", unit_id)
    if email and not _EMAIL.fullmatch(email):
        row.wrong(f"địa chỉ thư {email!r} không hợp lệ", "viết như vanphong@tinh.gov.vn, mỗi dòng một địa chỉ")
    return Recipient(unit_id, row.text("name"), email)


def _check_watched_kinds(loading: _Loading) -> None:
    by_unit = {version.unit_id: version.kind for _, version in loading.versions}
    for row, portal in loading.portals:
        if by_unit.get(portal.unit_id) in _PARENT_KINDS:
            row.wrong(
                f"đơn vị {portal.unit_id!r} thuộc loại không phải đăng tải",
                f"dùng loại {', '.join(sorted(loading.owed_kinds))} cho đơn vị có trang",
            )
