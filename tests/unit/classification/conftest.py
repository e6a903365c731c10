from __future__ import annotations

import pytest

from pipeline.classification import Classifier, SectionLabels
from pipeline.classification.places import Places
from pipeline.programmes.loader import load
from pipeline.programmes.model import Programme

COMMUNES = {
    "dak-sin": "Xã Đắk Sin",
    "hung-binh": "Xã Hưng Bình",
    "dak-ru": "Xã Đắk Ru",
    "nhan-co": "Xã Nhân Cơ",
    "nhan-dao": "Xã Nhân Đạo",
    "nghia-thang": "Xã Nghĩa Thắng",
    "dao-nghia": "Xã Đạo Nghĩa",
    "kien-thanh": "Xã Kiến Thành",
    "quang-tin": "Xã Quảng Tín",
    "dak-wer": "Xã Đắk Wer",
    "kien-duc": "Thị trấn Kiến Đức",
}


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
