"""What a diary holds: a session, and how the back was on the day after it."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field

from recommender.values import Identifier

__all__ = ["FORM", "Done", "Entry", "NextDay", "Session"]

FORM: Final = "recommender diary 1"  # stands first on every line, so that another file is never taken for a diary
Form = Literal["recommender diary 1"]
LegSymptoms = Literal["none", "as_before", "new", "unsure"]
Pain = Annotated[int, Field(ge=0, le=10)]
DAY = 24 * 60  # minutes


def _writable(text: Any) -> Any:
    """The text without halves of characters, which no file could hold."""
    return text.encode("utf-8", "replace").decode() if isinstance(text, str) else text


Sign = Annotated[str, Field(min_length=1, max_length=100), BeforeValidator(_writable)]
Note = Annotated[str, Field(max_length=2000), BeforeValidator(_writable)]


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, defer_build=True)


class Done(_Value):
    """What was done of one exercise.

    `sets`, `reps` (in a set, on each side) and `hold` (seconds) are what was really done; with
    `finished: all` that is the whole dose that was given. `pain`: it was left because it hurt.
    """

    exercise: Identifier
    sets: Annotated[int, Field(ge=0, le=100)]
    reps: Annotated[int, Field(ge=0, le=1000)]
    hold: Annotated[int, Field(ge=0, le=7200)]
    finished: Literal["all", "part", "skipped", "pain"]


class Session(_Value):
    """One session.

    `knowledge` is the hash of the knowledge that made its routine. `pain_lasted_minutes` is how long
    pain that was more than mild lasted; None: there was none, or the person does not know.
    `stopped`: the session was ended because of pain. Leg symptoms of which one is unsure count as new.
    `signs` are the signs that cannot wait, in the words of the questionnaire; `unsure` stands also for a
    question about them that was put and has no answer.
    """

    form: Form = FORM
    kind: Literal["session"] = "session"
    at: AwareDatetime
    knowledge: Annotated[str, Field(max_length=64)]
    pain_before: Pain
    pain_after: Pain
    pain_lasted_minutes: Annotated[int, Field(ge=0, le=DAY)] | None = None
    leg_symptoms: LegSymptoms
    stopped: bool
    signs: Annotated[tuple[Sign, ...], Field(max_length=60)] = ()
    done: tuple[Done, ...]
    note: Note = ""


class NextDay(_Value):
    """How the back was on a later day, before the next session; it is about the session above it.

    A back of which one is unsure counts as worse.
    """

    form: Form = FORM
    kind: Literal["next_day"] = "next_day"
    at: AwareDatetime
    back: Literal["better", "same", "worse", "unsure"]
    leg_symptoms: LegSymptoms
    note: Note = ""


Entry = Session | NextDay
