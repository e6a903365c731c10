"""Finding rules (nhận xét) as data: which kinds there are, what each may be told, what its wording may name.

What belongs here: the closed vocabulary of `findings:` in a programme's YAML. What does not: computing them
(`pipeline.findings`), putting facts into words (`pipeline.programmes.finding_text`).
"""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

Severity = Literal["info", "minor", "major", "praise"]
Level = Literal["own", "commune"]


def _alternatives(value: object) -> object:
    return tuple(filter(None, [value])) if isinstance(value, str) else value


Wording = Annotated[tuple[str, ...], BeforeValidator(_alternatives)]
"""One text, or several of which the first is used whose every field says something (the last in any case)."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Place(_Strict):
    """An appendix in whose Ghi chú a finding stands: for units of these `kinds` (empty: all), in its own words
    (`note`) where they differ from the rule's."""

    layout: str
    kinds: tuple[str, ...] = ()
    note: Wording = ()


class _Rule(_Strict):
    """What every rule has.

    `note`: what was found, one sentence; `note_several`: the same of several subjects at once. `recommendation`: what
    the unit should do; none for praise. Texts may name the `fields` of the kind in braces; `{Groups}` is `{groups}`
    with a capital. `kinds`: kinds of unit that the rule is for (empty: all).
    `unless`: rules that say it more exactly: where one of them stands for the unit, this one does not.
    The order of rules is the order of sentences in Ghi chú.
    """

    id: str = Field(pattern=r"[a-z][a-z0-9-]*")
    name: str = Field(min_length=1)
    severity: Severity
    note: Wording = Field(min_length=1)
    note_several: Wording = ()
    recommendation: Wording = ()
    kinds: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    appendices: tuple[Place, ...] = ()

    fields: ClassVar[frozenset[str]] = frozenset()
    event: ClassVar[bool] = False
    """An event is told in the month in which it was seen; it is neither open nor resolved later."""


class Unreachable(_Rule):
    """A portal that failed at every crawl over at least `days` local days (first and last failure included)."""

    kind: Literal["unreachable"]
    days: int = Field(default=3, ge=1)
    causes: tuple[str, ...] = ("unreachable", "timeout", "tls", "http_error")
    fields: ClassVar = frozenset({"days", "first", "last", "attempts", "cause"})


class Removed(_Rule):
    """A group that was on show and is confirmed gone as a whole (checklist status *removed*)."""

    kind: Literal["removed"]
    groups: tuple[str, ...]
    fields: ClassVar = frozenset({"groups", "n", "last_seen", "first_missed"})


class PostingsRemoved(_Rule):
    """Single postings confirmed gone since the last assessed month, while others of their group are on show."""

    kind: Literal["postings_removed"]
    fields: ClassVar = frozenset({"groups", "n", "titles", "last_seen", "first_missed"})
    event: ClassVar = True


class Missing(_Rule):
    """A group that the unit owes and, provably, does not show. `have`: owed groups that it does show."""

    kind: Literal["missing"]
    groups: tuple[str, ...]
    fields: ClassVar = frozenset({"groups", "have"})


class NoSection(_Rule):
    """No list of its own: of the programme at all (`group` empty), or of a group that is on show elsewhere.

    `others`: groups that share its list.
    """

    kind: Literal["no_section"]
    group: str | None = None
    fields: ClassVar = frozenset({"groups", "others", "sections", "n"})


class Misfiled(_Rule):
    """Postings of a group that stand under the label of another group and not under their own."""

    kind: Literal["misfiled"]
    groups: tuple[str, ...]
    fields: ClassVar = frozenset({"groups", "sections", "n"})


class Scattered(_Rule):
    """A group whose postings are spread over several lists, none of which holds them all."""

    kind: Literal["scattered"]
    groups: tuple[str, ...]
    fields: ClassVar = frozenset({"groups", "sections", "n"})


class DatesNotDisplayed(_Rule):
    """At least `share` of the postings on show (and `at_least` of them) show a visitor no date."""

    kind: Literal["dates_not_displayed"]
    share: float = Field(default=0.5, gt=0, le=1)
    at_least: int = Field(default=2, ge=1)
    fields: ClassVar = frozenset({"n", "m"})


class Single(_Rule):
    """Exactly one posting of the group was ever seen, and it is on show."""

    kind: Literal["single"]
    group: str
    fields: ClassVar = frozenset({"groups", "latest"})


class Stale(_Rule):
    """The latest dated posting of the group lies `months` months and more before the month."""

    kind: Literal["stale"]
    group: str
    months: int = Field(default=6, ge=1)
    fields: ClassVar = frozenset({"groups", "latest", "months", "n"})


class OldYear(_Rule):
    """The latest posting of the group is of an earlier year, by the years of its title, else by its date.

    One posted in December without a year in its title may be for the coming year and is taken as such.
    """

    kind: Literal["old_year"]
    group: str
    fields: ClassVar = frozenset({"groups", "latest", "year"})


class CommunesIncomplete(_Rule):
    """Communes of the district of which no posting of the group is on show."""

    kind: Literal["communes_incomplete"]
    groups: tuple[str, ...]
    fields: ClassVar = frozenset({"groups", "n", "m", "communes", "missing"})


class Posted(_Rule):
    """At least `at_least` postings of the group counted in the month (good practice)."""

    kind: Literal["posted"]
    group: str
    at_least: int = Field(default=1, ge=1)
    fields: ClassVar = frozenset({"groups", "n"})


class First(_Rule):
    """The first unit to show postings of the group at the level, as long as at most `others` further ones do."""

    kind: Literal["first"]
    group: str
    level: Level = "commune"
    others: int = Field(default=0, ge=0)
    fields: ClassVar = frozenset({"groups", "n", "communes", "earliest"})


class Often(_Rule):
    """Postings of the group in at least `at_least` of the last `months` months, the month included."""

    kind: Literal["often"]
    group: str
    at_least: int = Field(ge=1)
    months: int = Field(ge=1)
    fields: ClassVar = frozenset({"groups", "n", "months", "of"})


class Backdated(_Rule):
    """Postings that bear a date at which their list, seen later, did not show them."""

    kind: Literal["backdated"]
    fields: ClassVar = frozenset({"groups", "n", "titles", "displayed", "first_seen", "not_there"})
    event: ClassVar = True


class DateEdited(_Rule):
    """Postings whose displayed date was changed."""

    kind: Literal["date_edited"]
    fields: ClassVar = frozenset({"groups", "n", "titles", "old", "new"})
    event: ClassVar = True


class UndatedStock(_Rule):
    """More postings of unknown month than in the month before; `grew` by at least `at_least`."""

    kind: Literal["undated_stock"]
    at_least: int = Field(default=1, ge=1)
    fields: ClassVar = frozenset({"n", "previous", "grew"})


FindingRule = Annotated[
    Unreachable | Removed | PostingsRemoved | Missing | NoSection | Misfiled | Scattered | DatesNotDisplayed | Single
    | Stale | OldYear | CommunesIncomplete | Posted | First | Often | Backdated | DateEdited | UndatedStock,
    Field(discriminator="kind"),
]
"""One rule; `kind` says which."""
