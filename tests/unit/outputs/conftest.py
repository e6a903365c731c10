"""The province of these tests."""

from __future__ import annotations

from datetime import date

import duckdb
import pytest
from small_province import MONTH, UNITS, WATCHED, Province

from pipeline.outputs.options import RenderOptions
from pipeline.programmes.loader import load
from pipeline.registry.model import Registry
from warehouse.schema import create_all


@pytest.fixture
def province() -> Province:
    """Five units, all covered, each with its marks, 1, 2, 3, 4 and 5 postings and as many results less one."""
    con = duckdb.connect()
    for statement in create_all():
        con.execute(statement)
    con.execute("CREATE TEMP VIEW posting_as_of AS SELECT * FROM posting")
    registry = Registry(tuple(UNITS), (), (), ())
    options = RenderOptions(province="Tỉnh Đắk Nông", observed_until=MONTH.observed_until(), version="0.1.0")
    made = Province(con, load("citizen_reception"), registry, options)
    for number, unit in enumerate(WATCHED, 1):
        made.covered(unit, sections=2, pages=7, pagination_complete=True, observations=3)
        made.covered(unit, month=MONTH.shift(-1))
        made.unit_month(unit, number, n_results=number - 1, latest_posting_date=date(2018, 2, number))
        made.unit_month(unit, 10 * number, MONTH.shift(-1))
        for group in ("schedule", "regulation", "result"):
            made.check(unit, group, "published", n=1)
            made.check(unit, group, "published", "commune", n=4, m=9)
    return made
