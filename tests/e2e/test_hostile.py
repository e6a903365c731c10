"""Hostile servers in front of portals that are otherwise good: none of them makes a 0, nobody else is touched."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from pipeline.crawls import plan_crawl
from pipeline.months import Month
from pipeline.runs import run_month
from pipeline.simulator.build import Draft, Look, PortalBuilder
from pipeline.simulator.families import family_at
from pipeline.simulator.scenario import Portal, Scenario, Unit, evening_after
from pipeline.simulator.server import Province
from pipeline.simulator.workspace import workspace_files
from pipeline.workspace import Workspace, load_workspace
from scrapy_project.job import Politeness
from scrapy_project.supervisor import run_crawl
from tests.e2e import hostile
from tests.e2e.hostile import Front, Hostility, serving
from warehouse.store import open_reader
from warehouse.vocabularies import load as vocabularies

DOMAIN = "doc-hai.test"
GOOD, BAD = Month(2018, 1), Month(2018, 2)
QUICK = Politeness(delay_seconds=0, timeout_seconds=4, backoff_seconds=0.05, retries=1, give_up_after=2)
FAMILIES = ("nukeviet", "joomla", "static_site", "wordpress")
HEALTHY = tuple(f"lanh-{n}" for n in range(1, 5))
LATE = {"timeout"}
CUT = {"truncated", "unreachable", *LATE}
AWAY = {"moved", "unreachable", "http_error"}
REFUSED = {"blocked", "unreachable", "http_error"}
NO_PAGE = {"invalid_page", "structure_changed", "no_section", "needs_browser"}

# What makes a portal unreadable → the causes that may stand for it. Its month has no posting: the truth is 0, and 0
# may not be said.
BLIND: dict[str, tuple[Hostility, set[str]]] = {
    "slow_headers": (hostile.slow_headers, LATE),
    "slow_body": (hostile.slow_body, LATE),
    "endless_body": (hostile.endless_body, {"too_large", *LATE}),
    "header_flood": (hostile.header_flood, {"http_error", *LATE}),
    "page_of_50_mb": (hostile.page_of_50_mb, {"too_large"}),
    "gzip_bomb": (hostile.bombs("gzip"), {"too_large"}),
    "br_bomb": (hostile.bombs("br"), {"too_large"}),
    **{f"cut_{coding}": (hostile.cut_packed(coding), CUT) for coding in hostile.PACK},
    "short_length": (hostile.short_length, {*CUT, *NO_PAGE}),
    "long_length": (hostile.long_length, CUT),
    "cut_chunk": (hostile.cut_chunk, CUT),
    "no_length": (hostile.no_length, {*CUT, *NO_PAGE}),
    "reset": (hostile.reset, CUT),
    "redirect_loop": (hostile.redirect_loop, AWAY),
    "redirect_inside": (hostile.redirect(
        "http://127.0.0.1/", "http://10.0.0.1/", "http://169.254.169.254/latest/", "http://100.64.0.1/"), AWAY),
    "redirect_odd_spelling": (hostile.redirect(
        "http://2130706433/", "http://0x7f000001/", "http://0177.0.0.1/", "http://[::ffff:127.0.0.1]/",
        "http://127.1/"), AWAY),
    "redirect_other_scheme": (hostile.redirect("file:///etc/passwd", "data:text/html,x", "ftp://a.test/"), AWAY),
    "site_moved": (hostile.redirect(f"http://{HEALTHY[0]}.{DOMAIN}/"), AWAY),
    "refresh": (hostile.refresh(f"http://{HEALTHY[0]}.{DOMAIN}/"), {*NO_PAGE, "moved"}),
    "storm_500": (hostile.refuses("500 Internal Server Error"), REFUSED),
    "storm_503": (hostile.refuses("503 Service Unavailable"), REFUSED),
    "too_many": (hostile.refuses("429 Too Many Requests", Retry_After="86400"), REFUSED),
    "forbidden": (hostile.refuses("403 Forbidden", "WAF"), REFUSED),
    "challenge": (hostile.instead(hostile.CHALLENGE), {"blocked", *NO_PAGE}),
    "wall": (hostile.instead(hostile.VIETNAMESE_WALL), {"blocked", *NO_PAGE}),
    "soft_404": (hostile.instead(hostile.SOFT_404), NO_PAGE),
    "maintenance": (hostile.instead(hostile.MAINTENANCE), NO_PAGE),
    "parked": (hostile.instead(hostile.PARKED), NO_PAGE),
    "login": (hostile.instead(hostile.LOGIN), {"blocked", *NO_PAGE}),
    "welcome": (hostile.instead(hostile.WELCOME), NO_PAGE),
    "error_text": (hostile.instead(hostile.ERROR_TEXT), NO_PAGE),
    "database": (hostile.instead(hostile.DATABASE), NO_PAGE),
    "frames": (hostile.instead(hostile.FRAMES), NO_PAGE),
    "scripted": (hostile.instead(hostile.SCRIPTED), NO_PAGE),
    "empty": (hostile.instead(""), NO_PAGE),
    "blanks": (hostile.instead(" \n" * 2000), NO_PAGE),
    "json": (hostile.instead('{"error": {"code": 500, "message": "internal"}}'), NO_PAGE),
}
# What makes a portal hard to read. Its month has one posting: 1 or not assessable, never 0 and never 2.
HARD: dict[str, Hostility] = {
    "wrong_charset": hostile.charset("iso-8859-1"),
    "unknown_charset": hostile.charset("x-tcvn"),
    "legacy_charset": hostile.legacy_charset,
    "nul_bytes": hostile.changed(hostile.nul_bytes),
    "nested": hostile.changed(hostile.nested),
    "unclosed": hostile.changed(hostile.unclosed),
    "session_ids": hostile.session_ids,
    "calendar": hostile.calendar,
    "asks_to_wait": hostile.asks_to_wait,
}
TLS = ("self_signed", "expired", "other_host")
# fresh: hostile when it is first met; known: it was good a month ago; list: only its list of results is hostile.
MODES = ("fresh", "fresh-list", "known", "known-list")
CASES = [(name, mode) for name in (*BLIND, *HARD) for mode in MODES] + [(name, "fresh") for name in TLS]


def unit_of(name: str, mode: str) -> str:
    return f"{name.replace('_', '-')}-{mode}"


@dataclass(frozen=True)
class Lived:
    """The workspace after both months, and what it was served."""

    workspace: Workspace
    front: Front

    def rows(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        """Return rows of the warehouse."""
        con = open_reader(self.workspace.warehouse)
        try:
            return con.execute(sql, list(values)).fetchall()
        finally:
            con.close()


def portal(unit: Unit, family: str, posts: bool) -> Portal:
    """A small good portal; where it `posts`, one result in each of the two months."""
    builder = PortalBuilder(unit, (), Look(f"{unit.unit_id}.{DOMAIN}", family, {"per_page": 2}), 11)
    builder.general()
    builder.section("tiep-cong-dan", "Tiếp công dân")
    for section, label in (("lich", "Lịch tiếp công dân"), ("noi-quy", "Nội quy tiếp công dân"),
                           ("ket-qua", "Kết quả tiếp công dân")):
        builder.section(section, label, parent="tiep-cong-dan")
    builder.post(Draft(date(2017, 2, 6), "schedule", ("lich",)))
    builder.post(Draft(date(2016, 5, 10), "regulation", ("noi-quy",)))
    for number in (5, 8, 11):
        builder.post(Draft(date(2017, number, 14), "result", ("ket-qua",)))
    for day in (date(2018, 1, 16), date(2018, 2, 13)) if posts else ():
        builder.post(Draft(day, "result", ("ket-qua",)))
    builder.noise(date(2017, 6, 1), date(2018, 2, 20), 2)
    return builder.build()


def scenario() -> Scenario:
    wanted = [(unit, False) for unit in HEALTHY]
    wanted += [(unit_of(name, mode), name in HARD) for name, mode in CASES]
    units = []
    for n, (unit_id, posts) in enumerate(wanted, 1):
        unit = Unit(unit_id=unit_id, name=f"Sở Thử nghiệm {n}", kind="department", position=n)
        units.append(unit.model_copy(update={"portal": portal(unit, FAMILIES[n % len(FAMILIES)], posts)}))
    return Scenario(id="doc-hai", title="Máy chủ độc hại", province="Thử", months=(str(GOOD), str(BAD)),
                    units=tuple(units))


def list_targets(told: Portal, moment: datetime) -> frozenset[str]:
    """Return the targets of the list of results, all its pages."""
    family = family_at(told, moment, told.host)
    section = next(s for s in told.sections if s.id == "ket-qua")
    paths = (family.section_path(section, page) for page in range(1, 4))
    return frozenset(path.removeprefix(f"http://{told.host}") for path in paths)


def hostilities(province: Scenario, moment: datetime, modes: tuple[str, ...]) -> dict[str, Any]:
    """Return host → hostility and what it is about, for the cases of some modes."""
    found: dict[str, Any] = {}
    for name, mode in CASES:
        told = province.unit(unit_of(name, mode)).portal
        if mode in modes and name not in TLS and told is not None:
            behaviour = BLIND[name][0] if name in BLIND else HARD[name]
            found[told.host] = behaviour, list_targets(told, moment) if mode.endswith("list") else None
    return found


def make_workspace(folder: Path, made: Scenario, ports: dict[str, int]) -> Workspace:
    """Write the workspace of the scenario, led to the hostile servers instead of the simulator's."""
    files = workspace_files(made)
    del files["scenario.json"]
    secure = {f"{unit_of(name, 'fresh')}.{DOMAIN}": ports[name] for name in TLS}
    secure[f"{HEALTHY[-1]}.{DOMAIN}"] = ports["vouched_for"]
    lines = secure | {f"*.{DOMAIN}": ports[""]}
    resolve = ", ".join(f'"{name}" = "127.0.0.1:{port}"' for name, port in lines.items())
    files["congkhai.toml"] = files["congkhai.toml"].replace(
        'scenario = "scenario.json"\nloopback = true', f"loopback = false\nresolve = {{{resolve}}}")
    for host in secure:
        files["portals.csv"] = files["portals.csv"].replace(f"http://{host}/", f"https://{host}/")
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return load_workspace(folder)


def look(workspace: Workspace, month: Month, units: list[str]) -> None:
    """Crawl some units as quickly as may be, then make the month from what was captured."""
    moment = evening_after(month)
    con = open_reader(workspace.warehouse) if workspace.warehouse.exists() else None
    try:
        job = plan_crawl(workspace, month, con, moment=moment, units=units, resolve={})
    finally:
        if con is not None:
            con.close()
    summary = run_crawl(job.model_copy(update={"politeness": QUICK, "memory_mb": 1000}))
    assert {end.portal_id for end in summary.portals} == {p.portal_id for p in job.portals}
    report = run_month(workspace, month, from_snapshots=True)
    assert not report.failed_steps, report


def certificates(folder: Path, authority: Path) -> dict[str, Path]:
    """Write an authority's certificate and those of the servers; return name → key and certificate."""
    ours, day = ec.generate_private_key(ec.SECP256R1()), timedelta(days=1)
    now = datetime.now(UTC)
    authority.write_bytes(_certificate("doc-hai", ours, "doc-hai", ours, now + day, authority=True))
    told = {name: (f"{unit_of(name, 'fresh')}.{DOMAIN}", now + day) for name in TLS}
    told |= {"vouched_for": (f"{HEALTHY[-1]}.{DOMAIN}", now + day), "other_host": ("khac.test", now + day),
             "expired": (told["expired"][0], now - day)}
    made = {}
    for name, (host, until) in told.items():
        key = ec.generate_private_key(ec.SECP256R1())
        issuer, signer = (host, key) if name == "self_signed" else ("doc-hai", ours)
        made[name] = folder / f"{name}.pem"
        made[name].write_bytes(_certificate(host, key, issuer, signer, until) + key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
    return made


def _certificate(
    host: str, key: ec.EllipticCurvePrivateKey, issuer: str, signer: ec.EllipticCurvePrivateKey, until: datetime,
    authority: bool = False,
) -> bytes:
    names = [x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]) for name in (host, issuer)]
    builder = (
        x509.CertificateBuilder().subject_name(names[0]).issuer_name(names[1]).public_key(key.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(until - timedelta(days=9)).not_valid_after(until)
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True))
    if not authority:
        builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
    return builder.sign(signer, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lived]:
    """Both months: in the first one the fresh are hostile and all else is good, in the second one the known are."""
    folder = tmp_path_factory.mktemp("hostile")
    made = scenario()
    front = Front(Province(made, evening_after(GOOD)), hostilities(made, evening_after(GOOD), MODES[:2]))
    authority = folder / "authority.pem"
    with (
        serving(front, certificates(folder, authority)) as ports,
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setenv("SSL_CERT_FILE", str(authority))
        workspace = make_workspace(folder / "w", made, ports)
        look(workspace, GOOD, [])
        front.province = Province(made, evening_after(BAD))
        front.hosts = hostilities(made, evening_after(BAD), MODES[2:])
        look(workspace, BAD, [*HEALTHY, *(unit_of(name, mode) for name, mode in CASES if mode in MODES[2:])])
        yield Lived(workspace, front)


def figures(lived: Lived, name: str, mode: str) -> tuple[bool, str, int | None, set[str]]:
    """Return whether the unit was assessed in its hostile month, the cause, its postings and what its marks say."""
    month = (GOOD if mode.startswith("fresh") else BAD).first_day
    unit_id = unit_of(name, mode)
    [(assessed, cause, postings)] = lived.rows(
        "SELECT c.assessed, c.cause, u.n_postings FROM fact_coverage_monthly c JOIN fact_unit_monthly u "
        "USING (month, unit_id) WHERE month = ? AND unit_id = ?", month, unit_id)
    marks = lived.rows("SELECT status FROM fact_checklist_monthly WHERE month = ? AND unit_id = ?", month, unit_id)
    return assessed, cause, postings, {status for (status,) in marks}


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("name", BLIND)
def test_what_could_not_be_read_is_not_assessable_with_its_cause(name: str, mode: str, lived: Lived) -> None:
    assessed, cause, postings, marks = figures(lived, name, mode)
    assert (assessed, postings) == (False, None), cause
    assert cause in BLIND[name][1]
    assert marks <= {"published", "not_assessable"}


@pytest.mark.parametrize("name", TLS)
def test_a_certificate_that_does_not_hold_is_named_as_the_cause(name: str, lived: Lived) -> None:
    assert figures(lived, name, "fresh") == (False, "tls", None, {"not_assessable"})


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("name", HARD)
def test_what_is_hard_to_read_is_read_rightly_or_not_assessable(name: str, mode: str, lived: Lived) -> None:
    assessed, cause, postings, marks = figures(lived, name, mode)
    assert (assessed, postings) in {(True, 1), (False, None)}, cause
    assert assessed == (cause == "none")
    assert marks <= {"published", "not_assessable"}


def test_the_portals_beside_them_are_as_if_nothing_were(lived: Lived) -> None:
    rows = lived.rows(
        "SELECT month, unit_id, c.assessed, u.n_postings FROM fact_coverage_monthly c "
        "JOIN fact_unit_monthly u USING (month, unit_id) WHERE unit_id LIKE 'lanh-%'")
    assert len(rows) == 2 * len(HEALTHY) and {(assessed, n) for _, _, assessed, n in rows} == {(True, 0)}
    before = lived.rows(
        "SELECT unit_id, assessed FROM fact_coverage_monthly WHERE month = ? AND unit_id LIKE '%-known%'",
        GOOD.first_day)
    assert len(before) == 2 * len((*BLIND, *HARD)) and all(assessed for _, assessed in before)


def test_every_cause_is_one_of_the_closed_list(lived: Lived) -> None:
    causes = {cause for (cause,) in lived.rows("SELECT DISTINCT cause FROM fact_coverage_monthly")}
    assert causes <= set(vocabularies()["cause"])


def test_nobody_was_led_to_an_address_that_is_not_the_portal_s(lived: Lived) -> None:
    hosts = {host for host, _ in lived.front.asked}
    known = {f"{unit.unit_id}.{DOMAIN}" for unit in scenario().units}
    assert hosts <= known
