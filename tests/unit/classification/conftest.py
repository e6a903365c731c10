from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipeline.classification import Classifier, SectionLabels
from pipeline.classification.places import Places
from pipeline.programmes.loader import load
from pipeline.programmes.model import Programme

GOLDEN = Path(__file__).parents[2] / "golden"
COMMUNES: dict[str, str] = json.loads((GOLDEN / "communes.json").read_text("utf-8"))


@pytest.fixture(scope="session")
def programme() -> Programme:
    return load("citizen_reception")


@pytest.fixture(scope="session")
def classifier(programme: Programme) -> Classifier:
    return Classifier(programme, COMMUNES)


@pytest.fixture(scope="session")
def labels(programme: Programme) -> SectionLabels:
    return SectionLabels(programme)


@pytest.fixture(scope="session")
def places(programme: Programme) -> Places:
    return Places(programme.classification.commune_words, COMMUNES)
