"""The `classify` command's contract: one JSON object in, one out.

What belongs here: names and checks of the contract's fields. What does not: reading lines, printing (the CLI).
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from pipeline.classification.classifier import Classifier
from pipeline.classification.model import Item, Verdict

_TEXTS = ("title", "text", "url", "unit")
_FIELDS = ("id", *_TEXTS, "sections")


def classify_line(classifier: Classifier, obj: dict[str, Any]) -> dict[str, Any]:
    """Return `{"id", "group", "level", "commune", "topic", "confidence", "cues", "needs_review"}`.

    `obj` holds `id`, `title` and, optionally, `text`, `sections`, `url`, `unit`. `unit` is free text or an id;
    what a commune publishes itself counts at level `commune`. Raises ValueError saying what to mend.
    """
    item = _item(obj)
    verdict = _of_commune(classifier, item, classifier.classify(item), str(obj.get("unit") or ""))
    return {
        "id": obj["id"],
        "group": verdict.group,
        "level": verdict.level,
        "commune": verdict.commune,
        "topic": verdict.topic,
        "confidence": verdict.confidence,
        "cues": list(verdict.cues),
        "needs_review": verdict.needs_review,
    }


def _item(obj: dict[str, Any]) -> Item:
    if not isinstance(obj, dict):
        raise ValueError(f'cần một đối tượng JSON như {{"id": …, "title": …}}, nhận được {type(obj).__name__}')
    if unknown := sorted(set(obj) - set(_FIELDS)):
        raise ValueError(f"trường {unknown[0]!r} không có trong quy ước; chỉ dùng {', '.join(_FIELDS)}")
    if missing := [name for name in ("id", "title") if name not in obj]:
        raise ValueError(f"thiếu trường {missing[0]!r}; mỗi dòng cần id và title")
    if not isinstance(obj["id"], str | int):
        raise ValueError("trường 'id' phải là chuỗi hoặc số")
    for name in _TEXTS:
        if obj.get(name) is not None and not isinstance(obj[name], str):
            raise ValueError(f"trường {name!r} phải là chuỗi, không phải {type(obj[name]).__name__}")
    sections = obj.get("sections") or []
    if not isinstance(sections, list) or not all(isinstance(label, str) for label in sections):
        raise ValueError("trường 'sections' phải là danh sách chuỗi, từ ngoài vào trong")
    return Item(
        title=obj["title"] or "",
        text=obj.get("text") or "",
        sections=tuple(sections),
        url=obj.get("url") or "",
    )


def _of_commune(classifier: Classifier, item: Item, verdict: Verdict, unit: str) -> Verdict:
    """Give a commune's own postings the level `commune`; a posting of another commune keeps that one's name."""
    commune = classifier.places.publisher(unit, item.url, (item.title, item.text[:1000]))
    if commune is None or (verdict.level == "commune" and verdict.commune):
        return verdict
    return replace(verdict, level="commune", commune=classifier.places.known(commune) or commune)
