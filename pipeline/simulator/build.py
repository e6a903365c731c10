"""Builds a portal of a scenario: sections, postings, the news around them, numbers as a database gives them.

What belongs here: what the reference province and generated provinces have in common. What does not: which unit
posts what (`reference`, `generate`), the texts (`content`).
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Any, Literal

from pipeline.months import ZONE
from pipeline.simulator.content import Text, Voice, Writer
from pipeline.simulator.scenario import Attachment, Edit, Portal, Posting, Section, Span, Truth, Unit

Group = Literal["schedule", "regulation", "result", "notice", "legal_text", "other"]
Kind = Literal["pdf", "doc", "docx", "xlsx"]
_GENERAL = (
    ("tin-tuc", ("Tin tức - Sự kiện", "Tin tức", "Tin hoạt động")),
    ("thong-bao", ("Thông báo", "Thông tin - Thông báo")),
    ("van-ban", ("Văn bản chỉ đạo điều hành", "Văn bản mới")),
    ("tuyen-dung", ("Tuyển dụng", "Thông tin tuyển dụng")),
)


@dataclass(frozen=True)
class Draft:
    """A posting before it has a number. `speaker` is the commune that speaks, None: the unit itself.
    `title` and `paragraphs`: the text, where it is not left to the writer. `reposts`: days on which the same text was
    posted once more, as an item of its own."""

    on: date
    group: Group
    sections: tuple[str, ...]
    speaker: Unit | None = None
    at: time | None = None
    live_from: date | None = None
    live_to: date | None = None
    title: str | None = None
    paragraphs: tuple[str, ...] = ()
    form: Literal["article", "file"] = "article"
    scanned: bool = False
    pinned: bool = False
    hide_date: bool = False
    undecidable: bool = False
    away: tuple[Span, ...] = ()
    unlisted_from: datetime | None = None
    edits: tuple[Edit, ...] = ()
    reposts: tuple[date, ...] = ()
    kind: str | None = None
    """Key of the texts in `content.yaml`; None: the group."""


@dataclass(frozen=True)
class Look:
    """What a portal looks like, beside its content."""

    host: str
    family: str
    options: dict[str, Any] = field(default_factory=dict)


class PortalBuilder:
    """Collects sections and drafts of one unit's portal, then numbers them. The same calls and the same seed
    give the same portal."""

    def __init__(self, unit: Unit, communes: tuple[Unit, ...], look: Look, seed: int) -> None:
        self.unit = unit
        self.communes = communes
        self._look = look
        self._rng = random.Random(f"{seed}/{look.host}")  # noqa: S311 - invented content, not a secret
        self._writer = Writer(self._rng, tuple(c.name for c in communes))
        self._sections: list[Section] = []
        self._drafts: list[tuple[datetime, Draft, Text]] = []
        self._standing: dict[str, Draft] = {}
        self._attached: dict[int, tuple[Attachment, ...]] = {}

    def section(self, section_id: str, label: str, **options: Any) -> None:
        """Add a section after those already there; `options` are fields of `Section`."""
        number = len(self._sections) + 2
        self._sections.append(Section(id=section_id, number=number, label=label, **options))

    def general(self, empty: tuple[str, ...] = ("gioi-thieu", "chuc-nang")) -> None:
        """Add what every portal has: pages about the unit, news, announcements, documents, recruitment."""
        labels = {"gioi-thieu": "Giới thiệu", "chuc-nang": "Chức năng nhiệm vụ"}
        day = date(2015, 3, 2)
        for section_id in empty:
            self.standing(section_id, labels[section_id], Draft(day, "other", (), kind="standing"))
        for section_id, names in _GENERAL:
            self.section(section_id, self._rng.choice(names))

    def standing(self, section_id: str, label: str, draft: Draft, parent: str | None = None) -> None:
        """Add a section that shows one text and no list."""
        self.section(section_id, label, parent=parent)
        self._standing[section_id] = draft
        self.post(draft)

    def post(self, draft: Draft) -> None:
        """Add a posting and its reposts; the text is written now."""
        moment = datetime.combine(draft.on, draft.at or self._office_hour(), ZONE)
        text = self._write(draft)
        self._drafts.append((moment, draft, text))
        for day in draft.reposts:
            again = replace(draft, on=day, live_from=None, live_to=None, away=(), unlisted_from=None, edits=())
            self._drafts.append((datetime.combine(day, moment.timetz()), again, text))

    def noise(self, since: date, until: date, count: int, sections: tuple[str, ...] = ()) -> None:
        """Add postings that no programme asks for, spread over the general sections (or `sections`)."""
        span = max(1, (until - since).days)
        where = sections or tuple(section_id for section_id, _ in _GENERAL)
        for n in range(count):
            day = since + timedelta(days=(n * span) // count + self._rng.randrange(max(1, span // count)))
            self.post(Draft(day, "other", (where[n % len(where)],)))

    def build(self) -> Portal:
        """Return the portal: postings numbered in the order of their moments."""
        drafts = sorted(self._drafts, key=lambda d: (d[0], d[2].title))
        step = self._rng.randint(1, 5)
        numbers = {id(draft): 100 + n * step for n, (_, draft, _) in enumerate(drafts)}
        postings = tuple(self._posting(numbers[id(draft)], moment, draft, text) for moment, draft, text in drafts)
        sections = tuple(
            s.model_copy(update={"standing": numbers[id(self._standing[s.id])]}) if s.id in self._standing else s
            for s in self._sections)
        return Portal(
            host=self._look.host, family=self._look.family, home_name=home_name(self.unit),
            sections=sections, postings=postings, **self._look.options)

    def _posting(self, number: int, moment: datetime, draft: Draft, text: Text) -> Posting:
        files = self._attached.setdefault(id(text), self._files(draft, text))
        truth = Truth(
            group=draft.group, level="commune" if draft.speaker else "own",
            commune_id=draft.speaker.unit_id if draft.speaker else None, undecidable=draft.undecidable)
        return Posting(
            number=number, title=text.title, paragraphs=() if draft.scanned else text.paragraphs,
            posted_at=moment, live_from=_midnight(draft.live_from) or moment, live_to=_midnight(draft.live_to),
            sections=draft.sections, attachments=files, form=draft.form, scanned=draft.scanned,
            pinned=draft.pinned, hide_date=draft.hide_date, away=draft.away, unlisted_from=draft.unlisted_from,
            edits=draft.edits, truth=truth)

    def _files(self, draft: Draft, text: Text) -> tuple[Attachment, ...]:
        if draft.form == "article" and (draft.scanned or self._rng.random() > 0.25):
            return ()
        kinds: tuple[Kind, ...] = ("pdf", "docx", "pdf", "doc", "xlsx")
        kind = "pdf" if draft.form == "file" else self._rng.choice(kinds)
        number = self._rng.randint(10, 999)
        label = self._rng.choice((f"{number}.{kind}", "Tải về tại đây", f"VanBan_{number}.signed.{kind}"))
        return (Attachment(name=f"{number}_{draft.on:%d%m%Y}.{kind}", label=label, kind=kind),)

    def _write(self, draft: Draft) -> Text:
        speaker = draft.speaker or self.unit
        voice = voice_of(speaker)
        needed = speaker.name if draft.speaker and draft.title is None else ""
        text = self._writer.write(draft.kind or draft.group, voice, draft.on, needed, draft.title)
        return replace(text, paragraphs=draft.paragraphs or text.paragraphs)

    def _office_hour(self) -> time:
        return time(self._rng.randint(8, 16), self._rng.randrange(60), self._rng.randrange(60))


def voice_of(unit: Unit) -> Voice:
    """Return how a unit speaks of itself."""
    if unit.kind == "department":
        head = {"Ban": f"Trưởng {_lower(unit.name)}", "Thanh": f"Chánh {unit.name}"}
        sign = "".join(word[0] for word in unit.name.replace(",", "").split() if word != "và").upper()
        chief = head.get(unit.name.split()[0], f"Giám đốc {unit.name}")
        return Voice(unit.name, chief, f"lãnh đạo {unit.name}", f"Phòng Tiếp công dân {unit.name}", sign)
    body = f"UBND {_place(unit)}"
    seat = "Trụ sở Tiếp công dân tỉnh" if unit.kind == "province_portal" else f"Phòng Tiếp công dân {body}"
    return Voice(body, f"Chủ tịch {body}", f"lãnh đạo {body}", seat, "UBND")


def home_name(unit: Unit) -> str:
    """Return the name in the portal's banner."""
    if unit.kind == "province_portal":
        return unit.name
    kind = "Trang thông tin điện tử"
    return f"{kind} {unit.name}" if unit.kind == "department" else f"{kind} {_place(unit)}"


def _place(unit: Unit) -> str:
    names = {"province_portal": "tỉnh", "district": f"huyện {unit.name}", "town": f"thị xã {unit.name}"}
    return names.get(unit.kind, unit.name)


def _lower(name: str) -> str:
    return name[:1].lower() + name[1:]


def _midnight(day: date | None) -> datetime | None:
    return datetime.combine(day, time(), ZONE) if day is not None else None
