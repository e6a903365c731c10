"""Who answers for whom across merges, splits, renames and abolitions."""

from datetime import date

from pipeline.registry.lineage import Origin, heirs, origins
from pipeline.registry.model import Registry, Succession, UnitVersion

OLD, NEW = date(2025, 6, 30), date(2025, 7, 31)
REFORM = date(2025, 7, 1)


def registry(units: dict[str, tuple[date, date | None]], *successions: Succession) -> Registry:
    versions = tuple(
        UnitVersion(unit_id, unit_id, "department", place, start, end)
        for place, (unit_id, (start, end)) in enumerate(units.items()))
    return Registry(versions, successions, (), ())


def told(old: str, new: str | None, kind: str, on: date = REFORM) -> Succession:
    return Succession(old, new, on, kind, "Nghị quyết")


ALWAYS = (date(2010, 1, 1), None)
ENDED = (date(2010, 1, 1), REFORM)
MADE = (REFORM, None)


def test_without_a_succession_a_unit_answers_for_itself_and_a_new_one_for_nobody() -> None:
    made = registry({"a": ALWAYS, "b": MADE})
    assert heirs(made, OLD, NEW) == {"a": ("a",)}
    assert origins(made, OLD, NEW) == {"a": Origin(("a",), False), "b": Origin((), False)}


def test_merged_units_have_one_heir_also_where_it_is_one_of_them() -> None:
    made = registry({"a": ENDED, "b": ENDED, "c": ALWAYS, "ab": MADE},
                    told("a", "ab", "merge"), told("b", "ab", "merge"))
    assert origins(made, OLD, NEW)["ab"] == Origin(("a", "b"), False)
    taken = registry({"a": ENDED, "c": ALWAYS}, told("a", "c", "merge"))
    assert origins(taken, OLD, NEW) == {"c": Origin(("a", "c"), False)}


def test_the_parts_of_a_split_unit_share_its_past() -> None:
    made = registry({"a": ENDED, "x": MADE, "y": MADE}, told("a", "x", "split"), told("a", "y", "split"))
    assert heirs(made, OLD, NEW) == {"a": ("x", "y")}
    assert origins(made, OLD, NEW)["x"] == Origin(("a",), True)


def test_a_unit_that_lost_a_part_and_lives_on_shares_its_past_too() -> None:
    made = registry({"a": ALWAYS, "x": MADE}, told("a", "x", "split"))
    assert heirs(made, OLD, NEW) == {"a": ("a", "x")}
    assert origins(made, OLD, NEW)["a"] == Origin(("a",), True)


def test_an_abolished_unit_has_no_heir_and_a_renamed_one_has_itself() -> None:
    made = registry({"a": ENDED, "b": ALWAYS}, told("a", None, "abolish"), told("b", "b", "rename"))
    assert heirs(made, OLD, NEW) == {"a": (), "b": ("b",)}


def test_successions_are_followed_one_after_the_other_and_only_between_the_days() -> None:
    spring = date(2025, 3, 1)
    made = registry(
        {"a": (date(2010, 1, 1), spring), "b": (spring, REFORM), "c": MADE},
        told("b", "c", "rename"), told("a", "b", "rename", spring))
    assert heirs(made, date(2025, 1, 31), NEW) == {"a": ("c",)}
    assert heirs(made, date(2025, 1, 31), OLD) == {"a": ("b",)}
    assert heirs(made, NEW, NEW) == {"c": ("c",)}
