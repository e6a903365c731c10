"""What Ghi chú says of a unit: why it cannot be assessed, the findings of the programme, the analyst's own words.

What belongs here: reading `finding` and `review_note` and putting sentences in order. What does not: computing
findings (`pipeline.findings`), their wording (the programme), drawing (`appendix`, `recommendations`).
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import duckdb

from pipeline.months import Month
from pipeline.outputs.figures import commune_names, rows
from pipeline.programmes.finding_text import note_of
from pipeline.programmes.findings import FindingRule
from pipeline.programmes.model import Programme
from pipeline.registry.model import Registry, UnitVersion

MAX_SENTENCES = 3
"""So many findings stand in one Ghi chú, in the programme's order; all of them stand in the recommendations."""
_STANDS = ("open", "noted")
_NOTE, _REPLACE, _DISMISS = "note", "replace_note", "dismiss_finding"


@dataclass(frozen=True)
class Finding:
    """A row of `finding`. `dismissed`: the analyst's reason for leaving it out, None where it stands."""

    unit_id: str
    rule: FindingRule
    subject: str
    facts: Mapping[str, Any]
    evidence: tuple[str, ...]
    note: str
    recommendation: str
    first_raised: date
    state: str
    dismissed: str | None = None


@dataclass(frozen=True)
class Remarks:
    """Findings and the analyst's notes of one month, by unit, in the programme's order of rules."""

    programme: Programme
    communes: Mapping[str, str]
    findings: Mapping[str, Sequence[Finding]] = field(default_factory=dict)
    notes: Mapping[str, Sequence[tuple[str, str, str]]] = field(default_factory=dict)

    def note(self, unit: UnitVersion, layout_id: str, cause: str | None) -> str | None:
        """Return the text of a unit's Ghi chú in an appendix: the cause it cannot be assessed for (`cause`, which
        no one can take away), then what was found, then what the analyst adds; None where there is nothing.

        Where the analyst replaces the programme's words, for this appendix or for all, those stand instead.
        """
        own = [note for note in self.notes.get(unit.unit_id, ()) if note[1] in ("", layout_id)]
        replaced = sorted((subject, text) for kind, subject, text in own if kind == _REPLACE)
        found = [replaced[-1][1]] if replaced else self._sentences(unit, layout_id)
        added = [text for kind, _, text in own if kind == _NOTE]
        texts = [*filter(None, [cause and _ended(cause) if found or added else cause]), *found, *added]
        return " ".join(texts) or None

    def _sentences(self, unit: UnitVersion, layout_id: str) -> list[str]:
        standing: dict[str, list[Finding]] = defaultdict(list)
        for finding in self.findings.get(unit.unit_id, ()):
            if finding.state in _STANDS and finding.dismissed is None:
                standing[finding.rule.id].append(finding)
        said = [
            note_of(some[0].rule, [one.facts for one in some], self.programme, self.communes, layout_id, unit.kind)
            for some in standing.values()
        ]
        return list(dict.fromkeys(text for text in said if text))[:MAX_SENTENCES]


def _ended(text: str) -> str:
    return text if text.endswith(".") else f"{text}."


def load(con: duckdb.DuckDBPyConnection, programme: Programme, registry: Registry, month: Month) -> Remarks:
    """Read what there is to say of the month's units. A rule that the programme no longer has says nothing."""
    rules = {rule.id: rule for rule in programme.findings}
    groups = {group.id: place for place, group in enumerate(programme.groups)}
    notes: dict[str, list[tuple[str, str, str]]] = defaultdict(list)
    dismissed: dict[tuple[str, str], str] = {}
    for unit, kind, subject, text, reason in rows(con, """
            SELECT unit_id, kind, subject, text, reason FROM review_note WHERE month = ?
            ORDER BY unit_id, made_at, subject""", [month.first_day]):
        if kind == _DISMISS:
            dismissed[unit, subject] = reason
        else:
            notes[unit].append((kind, subject, text))
    found: dict[str, list[Finding]] = defaultdict(list)
    for unit, rule_id, subject, facts, evidence, note, recommendation, first_raised, state in rows(con, """
            SELECT unit_id, rule_id, subject, facts, evidence, note, recommendation, first_raised, state
            FROM finding WHERE month = ? AND programme_id = ?""", [month.first_day, programme.id]):
        if rule_id in rules:
            found[unit].append(Finding(unit, rules[rule_id], subject, json.loads(facts), tuple(evidence), note,
                                       recommendation, first_raised, state, dismissed.get((unit, rule_id))))
    order = {rule_id: place for place, rule_id in enumerate(rules)}
    for some in found.values():
        some.sort(key=lambda one: (order[one.rule.id], groups.get(one.subject, len(groups)), one.subject))
    return Remarks(programme, commune_names(registry, month), found, notes)
