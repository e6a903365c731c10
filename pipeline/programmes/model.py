"""What is owed, as data: the shape of a programme file.

What belongs here: the closed vocabulary of a programme YAML. What does not: reading files (`loader`), deciding
(`pipeline.classification`), counting (`pipeline.facts`) and drawing (`pipeline.outputs`).
"""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from pipeline.programmes.findings import FindingRule

Level = Literal["own", "commune"]
Part = Literal["title", "section", "lead", "text", "url", "type"]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class LegalBasis(_Strict):
    """A legal instrument and when it is in force (`valid_to` exclusive, None: still)."""

    id: str
    title: str
    issued_on: date | None = None
    valid_from: date
    valid_to: date | None = None
    says: str
    source: str


class Cue(_Strict):
    """A sign and its weight. Matching is on comparison keys (`pipeline.text.key`), whole words.

    `phrase`: words, or `@family` for any phrase of a family (`Classification.families`). `#` in a phrase stands for
    any number, `?` for the end of a question, `…` for a cut, `^` at its start for the beginning of the part.
    `where`: the parts of an item it is looked for in (`lead` is the beginning of the text). `needs`: each entry
    must be there too, `unless`: none of them may; an entry is a phrase or `@family`, alternatives separated by `|`,
    in the same part or in the one named by a prefix (`section:@reception|url:@reception`). In the part `type` a
    phrase is the id of a type of document (`GM`, `KL`), as written in `document_types.yaml`. A negative weight
    speaks against the group.
    """

    phrase: str
    weight: float
    where: tuple[Part, ...] = ("title",)
    needs: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()


class Group(_Strict):
    """An information group (nhóm thông tin) of the programme. `phrase`: its name within a sentence."""

    id: str
    name: str
    commune_name: str | None = None
    phrase: str = ""
    counted: bool = True
    cues: tuple[Cue, ...] = ()


class SectionCues(_Strict):
    """Labels of navigation links that lead to postings. Phrases are compared by key, whole words.

    `own`: sections of the programme. `hub`: menus that may hold them. `general`: sections whose postings are
    looked at one by one. `never`: links that are not worth a visit. `not_own`: words that take a label with
    words of `own` out of the programme ("Thủ tục khiếu nại").
    """

    own: tuple[str, ...]
    hub: tuple[str, ...] = ()
    general: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    not_own: tuple[str, ...] = ()


class Classification(_Strict):
    """Cues that belong to no single group, and the thresholds of doubt.

    `families`: names for phrases that mean the same. `masks`: families whose phrases hide what lies inside them
    ("du lịch" holds no "lịch"). `against`: signs that a posting is `other`. `unclear`: groups that remain possible
    when a posting surely belongs to the programme but nothing tells its group. `misspelled`: phrases whose slips of
    the pen are asked about where nothing else speaks ("tiếp côg dân"). `mended`: phrases in which one slip is read as
    meant ("tếp công dân"). `other_weight`: what `other` weighs before any sign. Below `min_confidence` a person is
    asked; 0.5 is a lead of 2 weights.
    """

    families: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    masks: tuple[str, ...] = ()
    against: tuple[Cue, ...] = ()
    unclear: tuple[str, ...] = ()
    misspelled: tuple[str, ...] = ()
    mended: tuple[str, ...] = ()
    other_weight: float = 2.0
    commune_words: tuple[str, ...] = ()
    abbreviations: dict[str, str] = Field(default_factory=dict)
    min_confidence: float = 0.5
    topics: dict[str, tuple[Cue, ...]] = Field(default_factory=dict)


class Obligation(_Strict):
    """Which groups a kind of unit owes, at which level, by which legal bases."""

    kind: str
    level: Level
    groups: tuple[str, ...]
    bases: tuple[str, ...]


class Column(_Strict):
    """One column of an appendix table.

    `show`: position (STT) · name · mark (✓ or blank) · ratio (`n/m`, "0" where n = 0) · postings (count of
    month + `month_offset`) · results · latest_posting · note. `structure`, of an earlier month's postings: `then`
    shows what the unit itself had, `now` what the units had together that it took over from.
    """

    header: str
    show: Literal["position", "name", "mark", "ratio", "postings", "results", "latest_posting", "note"]
    group: str | None = None
    level: Level = "own"
    month_offset: int = 0
    structure: Literal["then", "now"] = "then"
    width: float = 12


class UnitBlock(_Strict):
    """Units of some kinds under one group row; numbering starts anew where `restart`.

    `under`: only units without a parent or with one of these kinds (a commune of a district has no row of its own).
    """

    heading: str | None
    kinds: tuple[str, ...]
    under: tuple[str, ...] | None = None
    restart: bool = True


class LayoutTable(_Strict):
    """One table of an appendix: blocks of units under the same columns."""

    blocks: tuple[UnitBlock, ...]
    columns: tuple[Column, ...]
    total_label: str | None = None


class Layout(_Strict):
    """One appendix workbook. `{month}` (tháng 02 năm 2018), `{province}` may stand in texts, and
    `{month_short}` (02/2018) in headers (of the month shifted by the column's `month_offset`)."""

    id: str
    file: str
    label: str
    title: str
    tables: tuple[LayoutTable, ...]


class Policy(_Strict):
    """What METHOD lets an office set.

    `undated`: postings without a date are counted in the month of their first sighting where an earlier reading
    bounds it, or, where the office holds that undated is not updated, in no month. `rechecks` more answers that it is
    gone, each `recheck_hours` after the one before, confirm a removal; a portal that did not answer is tried again
    after `retry_hours`.
    """

    observation_ends_on_day: int = 5
    overlap_days: int = 31
    rechecks: int = 2
    recheck_hours: int = 24
    retry_hours: int = 1
    date_conflict_days: int = 31
    undated: Literal["first_sighting", "not_updated"] = "first_sighting"


class Programme(_Strict):
    """A monitoring programme (chương trình theo dõi)."""

    id: str
    name: str
    version: int
    groups: tuple[Group, ...]
    legal_bases: tuple[LegalBasis, ...]
    obligations: tuple[Obligation, ...]
    sections: SectionCues
    classification: Classification
    layouts: tuple[Layout, ...]
    policy: Policy = Policy()
    findings: tuple[FindingRule, ...] = ()

    def group(self, group_id: str) -> Group:
        """Return the group; raise KeyError for an unknown id."""
        for group in self.groups:
            if group.id == group_id:
                return group
        raise KeyError(group_id)

    def phrase(self, group_id: str) -> str:
        """Return the group's name as it stands within a sentence; raise KeyError for an unknown id."""
        group = self.group(group_id)
        return group.phrase or group.name[:1].lower() + group.name[1:]

    def owes(self, kind: str, parent_kind: str | None = None) -> bool:
        """Say whether a unit of `kind` owes something by itself. A commune does not where its district, of
        `parent_kind`, owes it for its communes."""
        levels = {(o.kind, o.level) for o in self.obligations}
        return (kind, "own") in levels and not (kind == "commune" and (parent_kind, "commune") in levels)

    def owed(self, kind: str) -> tuple[tuple[Level, str], ...]:
        """Return (level, group) pairs that a unit of `kind` owes."""
        return tuple((o.level, g) for o in self.obligations if o.kind == kind for g in o.groups)
