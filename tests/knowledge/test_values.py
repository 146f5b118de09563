"""Values that are read from files: frozen dataclasses, checked at one door without making anything fit."""

from __future__ import annotations

import copy
import pickle
from dataclasses import FrozenInstanceError, fields, is_dataclass, replace
from typing import Any

import pytest

from recommender import Knowledge
from recommender.knowledge.catalogue import Dose, Exercise
from recommender.knowledge.door import ValidationError, checked
from recommender.knowledge.records import Side
from recommender.knowledge.rules import Rule, Then
from recommender.values import Amount, plain

DOSE = {"source": "a/b", "sets": 1, "reps": "8 to 12", "hold": 0, "rest": "at least 30"}
SIDE = Side(says="It helps.", sources=("a/b",))


def test_a_value_cannot_be_changed() -> None:
    """Neither a field nor anything else of a value can be set or taken away."""
    for name in ("says", "other"):
        with pytest.raises(FrozenInstanceError):
            setattr(SIDE, name, "x")
    with pytest.raises(FrozenInstanceError):
        del SIDE.says
    assert SIDE.says == "It helps."


def test_a_value_is_a_dataclass_like_any_other() -> None:
    """It has fields, can be copied with changes, pickled and compared, and shows what it holds."""
    assert is_dataclass(Side)
    assert [part.name for part in fields(Side)] == ["says", "sources"]
    other = replace(SIDE, says="It harms.")
    assert (other.says, other.sources) == ("It harms.", SIDE.sources)
    for same in (copy.copy(SIDE), copy.deepcopy(SIDE), pickle.loads(pickle.dumps(SIDE))):
        assert (same, hash(same)) == (SIDE, hash(SIDE))
    assert SIDE not in (other, ("It helps.", ("a/b",)))
    assert repr(SIDE) == "Side(says='It helps.', sources=('a/b',))"


@pytest.mark.parametrize("values", [{"says": "x"}, {"says": "x", "sources": (), "sorces": ()}])
def test_a_value_needs_all_its_fields_and_no_others(values: dict[str, Any]) -> None:
    """A field that is missing, and one that there is not, are an error in Python too."""
    with pytest.raises(TypeError, match=r"sources|sorces"):
        Side(**values)


def test_what_holds_for_a_whole_value_holds_for_a_copy_too() -> None:
    """The checks that read several fields run wherever such a value is made."""
    with pytest.raises(ValueError, match="exactly one effect"):
        Then()
    with pytest.raises(ValueError, match="exactly one effect"):
        replace(Then(ask="doctor"), stop="emergency")


@pytest.mark.parametrize(
    ("kind", "data", "where"),
    [
        (Dose, {**DOSE, "sets": "1000"}, ("sets",)),
        (Dose, {**DOSE, "inferred": "sets"}, ("inferred",)),
        (Dose, {**DOSE, "note": 3}, ("note",)),
        (Dose, {**DOSE, "extra": 3}, ("extra",)),
        (Side, {"says": "x", "sources": ["a/b", 3]}, ("sources", 1)),
        (Side, {"says": " ", "sources": ["a/b"]}, ("says",)),
        (Side, {"says": "x", "sources": ["a b"]}, ("sources", 0)),
        (Side, [], ()),
    ],
)
def test_nothing_is_made_to_fit(kind: type, data: Any, where: tuple[str | int, ...]) -> None:
    """A word for a number, one word for a list, a key that is none: each is a fault at its place."""
    with pytest.raises(ValidationError) as caught:
        checked(kind, data)
    assert where in [detail["loc"] for detail in caught.value.errors()]


@pytest.mark.parametrize(("name", "odd"), [("rep_seconds", "4"), ("per_side", "yes"), ("on_bed", 1)])
def test_numbers_and_truth_are_never_guessed(name: str, odd: Any, knowledge: Knowledge) -> None:
    """A number in quotes is no number, and a word or a number is neither true nor false."""
    given = knowledge.documents["catalog/exercises/pelvic-tilts.yaml"].data["exercises"][0]
    assert checked(Exercise, given) == knowledge.exercise(given["id"])
    with pytest.raises(ValidationError) as caught:
        checked(Exercise, {**given, name: odd})
    assert [detail["loc"] for detail in caught.value.errors()] == [(name,)]


def test_plain_values_are_read_back_alike(knowledge: Knowledge) -> None:
    """Every rule as JSON has it gives the same rule again; an amount is said as its text says it."""
    for compiled in knowledge.rules:
        assert checked(Rule, plain(compiled.rule)) == compiled.rule
    assert plain(checked(Dose, DOSE)) == {**DOSE, "sets": "1", "hold": "0", "inferred": [], "note": ""}
    assert str(Amount(30, 30, open=True)) == "at least 30"
