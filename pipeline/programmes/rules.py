"""What must hold between the parts of a programme: names that are used exist, marks have a group.

What belongs here: checks over a whole `Programme`. What does not: types of single fields (`model`), reading files.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import get_args

from pipeline.programmes.finding_text import fields_of
from pipeline.programmes.model import Cue, Part, Programme
from pipeline.text import key

_SIGNS = frozenset("#?…")  # a number, a question, a cut: they stand for no letters
_PARTS = get_args(Part)


def problems_of(programme: Programme) -> list[str]:
    """Return every problem of a programme: place, what is wrong, what would be right."""
    return [
        *_repeated("groups", (g.id for g in programme.groups)),
        *_repeated("legal_bases", (b.id for b in programme.legal_bases)),
        *_repeated("layouts", (layout.id for layout in programme.layouts)),
        *_obligations(programme),
        *_bases(programme),
        *_layouts(programme),
        *_findings(programme),
        *_cues(programme),
        *_classification(programme),
    ]


def _repeated(place: str, ids: Iterable[str]) -> Iterator[str]:
    for name, times in Counter(ids).items():
        if times > 1:
            yield f"{place}: id {name!r} dùng {times} lần; mỗi id chỉ một lần"
        if name == "other" and place == "groups":
            yield "groups: 'other' là nhóm ngoài chương trình; chọn id khác"


def _unknown(place: str, names: Iterable[str], known: Iterable[str]) -> Iterator[str]:
    allowed = list(known)
    for name in names:
        if name not in allowed:
            yield f"{place}: không có {name!r}; dùng một trong: {', '.join(allowed)}"


def _obligations(programme: Programme) -> Iterator[str]:
    groups, bases = [g.id for g in programme.groups], [b.id for b in programme.legal_bases]
    for number, owed in enumerate(programme.obligations):
        place = f"obligations[{number}] ({owed.kind}, {owed.level})"
        yield from _unknown(f"{place}.groups", owed.groups, groups)
        yield from _unknown(f"{place}.bases", owed.bases, bases)


def _bases(programme: Programme) -> Iterator[str]:
    for basis in programme.legal_bases:
        if basis.valid_to is not None and basis.valid_to <= basis.valid_from:
            yield f"legal_bases[{basis.id}].valid_to: {basis.valid_to} không sau valid_from {basis.valid_from}"


def _layouts(programme: Programme) -> Iterator[str]:
    groups = [g.id for g in programme.groups]
    for layout in programme.layouts:
        for number, table in enumerate(layout.tables):
            place = f"layouts[{layout.id}].tables[{number}]"
            for at, column in enumerate(table.columns):
                if column.group is not None:
                    yield from _unknown(f"{place}.columns[{at}].group", (column.group,), groups)
                elif column.show in ("mark", "ratio"):
                    yield f"{place}.columns[{at}].group: cột {column.show} cần một nhóm; thêm group"


def _findings(programme: Programme) -> Iterator[str]:
    yield from _repeated("findings", (rule.id for rule in programme.findings))
    groups, rules = [g.id for g in programme.groups], [rule.id for rule in programme.findings]
    for rule in programme.findings:
        place = f"findings[{rule.id}]"
        named = [*getattr(rule, "groups", ()), *filter(None, [getattr(rule, "group", None)])]
        yield from _unknown(f"{place}.groups", named, groups)
        kinds = [*rule.kinds, *(kind for p in rule.appendices for kind in p.kinds)]
        yield from _unknown(f"{place}.kinds", kinds, dict.fromkeys(owed.kind for owed in programme.obligations))
        yield from _unknown(f"{place}.unless", rule.unless, [name for name in rules if name != rule.id])
        yield from _unknown(f"{place}.appendices", (p.layout for p in rule.appendices), _notes_in(programme))
        texts = [("note", one) for one in (*rule.note, *rule.note_several)]
        texts += [("recommendation", one) for one in rule.recommendation]
        texts += [(f"appendices[{p.layout}].note", one) for p in rule.appendices for one in p.note]
        for name, text in texts:
            try:
                yield from _unknown(f"{place}.{name}", sorted(fields_of(text) - rule.fields), sorted(rule.fields))
            except ValueError as error:
                yield f"{place}.{name}: dấu ngoặc nhọn không khớp ({error}); viết như {{{min(rule.fields)}}}"


def _notes_in(programme: Programme) -> list[str]:
    """Return the layouts that have a column of notes."""
    return [layout.id for layout in programme.layouts
            if any(column.show == "note" for table in layout.tables for column in table.columns)]


def _cues(programme: Programme) -> Iterator[str]:
    data = programme.classification
    named = [(f"groups[{g.id}].cues", g.cues) for g in programme.groups]
    named.append(("classification.against", data.against))
    named += [(f"classification.topics[{name}]", cues) for name, cues in data.topics.items()]
    families = set(data.families)
    for place, cues in named:
        for at, cue in enumerate(cues):
            yield from _cue(f"{place}[{at}]", cue, families)


def _cue(place: str, cue: Cue, families: set[str]) -> Iterator[str]:
    if cue.weight == 0:
        yield f"{place}.weight: 0 không nói gì; viết một số khác 0"
    if not cue.where:
        yield f"{place}.where: cần ít nhất một phần: {', '.join(_PARTS)}"
    entries = [("phrase", cue.phrase)]
    entries += [(field, one) for field in ("needs", "unless") for e in getattr(cue, field) for one in e.split("|")]
    for field, entry in entries:
        part, _, name = entry.strip().rpartition(":") if field != "phrase" else ("", "", entry)
        if part and part not in _PARTS:
            yield f"{place}.{field}: phần {part!r} không có; dùng một trong: {', '.join(_PARTS)}"
        if name.startswith("@") and name[1:] not in families:
            yield f"{place}.{field}: không có họ từ {name!r}; khai báo trong classification.families"
        elif not key(name.removeprefix("@")) and not _SIGNS & set(name):
            yield f"{place}.{field}: {entry!r} không có chữ nào để tìm"


def _classification(programme: Programme) -> Iterator[str]:
    data, place = programme.classification, "classification"
    yield from _unknown(f"{place}.masks", data.masks, data.families)
    yield from _unknown(f"{place}.unclear", data.unclear, [g.id for g in programme.groups])
    for name, phrases in data.families.items():
        for phrase in phrases:
            if not key(phrase) and not _SIGNS & set(phrase):
                yield f"{place}.families[{name}]: {phrase!r} không có chữ nào để tìm"
    for short, full in data.abbreviations.items():
        if len(key(short).split()) != 1 or not key(full):
            yield f"{place}.abbreviations: {short!r}: {full!r} cần một từ viết tắt và cách viết đầy đủ"
    if not data.unclear:
        yield f"{place}.unclear: cần ít nhất một nhóm để hỏi khi không rõ nhóm"
    if not 0 < data.min_confidence < 1:
        yield f"{place}.min_confidence: {data.min_confidence} phải nằm giữa 0 và 1; 0.5 là hơn 2 điểm"
    if data.other_weight <= 0:
        yield f"{place}.other_weight: {data.other_weight} phải lớn hơn 0"
    if not data.commune_words:
        yield f"{place}.commune_words: cần các từ chỉ cấp xã, như xã, phường, thị trấn"
