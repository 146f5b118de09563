"""Checks answers against the questionnaire, and finds all faults at once."""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from itertools import islice
from typing import TYPE_CHECKING, Any, Literal

from recommender.errors import ProfileError, ProfileFault, closest
from recommender.logic.answer_days import ANSWERED_ON, no_field
from recommender.logic.nested import nest
from recommender.sentences import Say

if TYPE_CHECKING:
    from recommender.logic.questions import Question

__all__ = [
    "YES_OR_NO",
    "Foreign",
    "Form",
    "begun_in",
    "clean",
    "complete",
    "flatten",
    "nest",
    "own_model",
    "plain",
]

_SHOWN = 60
_FIELDS = 1000
YES_OR_NO = {"y": "yes", "true": "yes", "on": "yes", "n": "no", "false": "no", "off": "no"}
_NONE = {"", "-", "0", "none", "no", "nothing", "false", "n"}
_SIMPLE = (str, int, float, bool, type(None))


def own_model(name: str) -> type | None:
    """The model of this name in profile.py; None where that was never imported, so that nobody has a value of it."""
    return getattr(sys.modules.get("recommender.profile.profile"), name, None)


def _is_model(kind: type) -> bool:
    """Whether values of this kind are models of pydantic, which is not imported to tell."""
    base = getattr(sys.modules.get("pydantic.main"), "BaseModel", None)
    return base is not None and issubclass(kind, base)


def plain(data: Any, questions: Mapping[str, Question], say: Say) -> dict[Any, Any]:
    """A mapping of answers read once into plain values, so that what is checked is what counts.

    Whatever is no word, number, list, set or mapping becomes `Foreign`, which no question accepts.
    Raises ProfileError for a mapping that cannot be read, or holds far too much.
    """
    try:
        return _plain_mapping(data, inner=False)
    except MemoryError:
        raise
    except Crowded:
        found = say("answers.crowded", n=_FIELDS)
        raise ProfileError([ProfileFault.of(say, "", found, _fields(questions, say))]) from None
    except Exception as error:
        found = say("answers.unreadable", why=_text(error, say) or type(error).__name__)
        raise ProfileError([ProfileFault.of(say, "", found, _fields(questions, say))]) from None


class Crowded(ValueError):
    """A mapping with far too many fields."""


def _plain_mapping(data: Any, *, inner: bool) -> dict[Any, Any]:
    kind = type(data)
    if issubclass(kind, dict):
        pairs: Iterable[tuple[Any, Any]] = dict(data).items() if kind is dict else list(dict.items(data))
    else:
        pairs = [(key, data[key]) for key in islice(iter(data), _FIELDS + 1)]
    if len(pairs) > _FIELDS:  # type: ignore[arg-type]
        raise Crowded
    found: dict[Any, Any] = {}
    for key, value in pairs:
        name = _plain_word(key)
        found[name] = Twice() if name in found else _plain_value(value, inner=inner)
    return found


def _plain_value(value: Any, *, inner: bool) -> Any:
    kind = type(value)
    if kind in _SIMPLE:
        return value
    for listed in (list, tuple, set, frozenset):
        if issubclass(kind, listed):
            return [_plain_word(item) for item in listed.__iter__(value)]
    if _is_model(kind):
        value, kind = vars(value), dict
    if issubclass(kind, Mapping):
        return Foreign("mapping", value) if inner else _plain_mapping(value, inner=True)
    return _plain_word(value)


def _plain_word(value: Any) -> Any:
    """A word or number as Python's own; `Foreign` where it is something else."""
    kind = type(value)
    if kind in _SIMPLE:
        return value
    if issubclass(kind, str):
        return str.__str__(value)
    if issubclass(kind, int):
        return int.__index__(value)
    if issubclass(kind, Mapping):
        return Foreign("mapping", value)
    if issubclass(kind, list | tuple | set | frozenset):
        return Foreign("list", value)
    return Foreign("other", value)


class Foreign:
    """Stands for a value of a kind that no question accepts, and knows what it held."""

    def __init__(self, kind: Literal["mapping", "list", "other"], held: Any) -> None:
        self.kind = kind
        self.held = held


def flatten(data: Mapping[str, Any], questions: Mapping[str, Question]) -> dict[str, Any]:
    """Answers keyed by field, with the parts of a position answer as `pain_position.lying`.

    A field that is answered in both forms comes out as `Twice`, which no question accepts.
    """
    parents = _parents(questions)
    flat: dict[str, Any] = {}
    for key, value in data.items():
        nested = key in parents and isinstance(value, Mapping)
        for field, answer in ({f"{key}.{part}": a for part, a in value.items()} if nested else {key: value}).items():
            flat[field] = Twice() if field in flat else answer
    return flat


class Twice:
    """Stands for an answer that was given in two places."""


def _parents(questions: Mapping[str, Question]) -> set[str]:
    return {field.split(".")[0] for field in questions if "." in field}


def clean(
    flat: Mapping[str, Any], questions: Mapping[str, Question], say: Say
) -> tuple[dict[str, Any], list[ProfileFault]]:
    """The usable answers, and every fault of the others in the words of `say`. Missing answers are not looked for here.

    A set comes out as a tuple in the order of the questionnaire; an answer that its parent makes
    needless comes out as left out.
    """
    answers: dict[str, Any] = {}
    faults: list[ProfileFault] = []
    for field, value in flat.items():
        question = questions.get(field)
        if field in _parents(questions):
            parts = [name.split(".")[1] for name in questions if name.startswith(f"{field}.")]
            found = say("answers.no_mapping", value=_kind(value, say))
            faults.append(ProfileFault.of(say, field, found, say("accepted.mapping", parts=", ".join(parts))))
        elif question is None:
            faults.append(_unknown_field(field, questions, say))
        elif value is None and (question.parent is not None or not question.safety):
            continue
        elif begun_in(question, value) is not None:
            found = say("answers.in_part")
            faults.append(ProfileFault.of(say, field, found, question.accepts(say), missing=True))
        elif wrong := _fault(question, value, say):
            faults.append(ProfileFault.of(say, field, wrong, question.accepts(say)))
        else:
            answers[field] = tuple(w for w in question.words if w in value) if question.kind == "set" else value
    for field in list(answers):
        parent = questions[field].parent
        if parent is None or parent.field not in answers or parent.asks(answers[parent.field]):
            continue
        value = answers.pop(field)
        if value != ():
            given = _show(answers[parent.field], say) or say("answers.none")
            found = say("answers.does_not_go", value=_show(value, say), field=parent.field, given=given)
            faults.append(ProfileFault.of(say, field, found, say("accepted.not_here", field=parent.field)))
    return answers, faults


def begun_in(question: Question, value: Any) -> dict[str, tuple[str, ...]] | None:
    """The screens of a long question that were answered before the others; None where this is anything else."""
    if not question.screens or not isinstance(value, Mapping) or not value:
        return None
    found: dict[str, tuple[str, ...]] = {}
    for name, words in value.items():
        part = question.screens.get(name)
        if part is None or not isinstance(words, list) or any(word not in part.answers for word in words):
            return None
        found[name] = tuple(word for word in part.answers if word in words)
    return found


def complete(answers: dict[str, Any], questions: Mapping[str, Question], say: Say) -> Iterator[ProfileFault]:
    """Put in the defaults, and name every answer that is missing."""
    for field, question in questions.items():
        if field in answers:
            continue
        if question.default is not None:
            answers[field] = question.default
            continue
        parent = question.parent
        if parent is not None and not parent.asks(answers.get(parent.field)):
            continue
        yield ProfileFault.of(say, field, "", question.accepts(say), missing=True)


def _unknown_field(field: Any, questions: Mapping[str, Question], say: Say) -> ProfileFault:
    if field == ANSWERED_ON:
        return ProfileFault.of(say, ANSWERED_ON, say("answers.days_not_read"), say("accepted.nothing"))
    known = sorted(set(questions) | {name.split(".")[0] for name in questions})
    shown = _show(field, say)
    return ProfileFault.of(say, shown, no_field(shown, known, say), _fields(questions, say))


def _fields(questions: Mapping[str, Question], say: Say) -> str:
    return say("accepted.fields", fields=", ".join(questions))


def _fault(question: Question, value: Any, say: Say) -> str | None:
    if question.kind == "number":
        if question.unknown and value == "unknown":
            return None
        if isinstance(value, bool) or not isinstance(value, int):
            return say("answers.no_number", value=_kind(value, say))
        inside = question.lowest <= value <= question.highest
        return None if inside else say("answers.out_of_range", value=_kind(value, say))
    if question.kind == "choice":
        if isinstance(value, str) and value in question.answers:
            return None
        return _no_answer(_kind(value, say), value, question, say)
    if isinstance(value, str) or not isinstance(value, list | tuple | set | frozenset):
        return _no_list(value, question, say)
    odd = [word for word in value if not isinstance(word, str) or word not in question.answers]
    if not odd:
        return None
    return _no_answer(", ".join(_kind(word, say) for word in odd[:5]), odd[0], question, say)


def _no_answer(shown: str, value: Any, question: Question, say: Say) -> str:
    meant = _meant(value, question.words)
    if meant:
        return say("answers.no_answer_meant", value=shown, meant=meant)
    return say("answers.no_answer", value=shown)


def _meant(value: Any, words: Collection[str]) -> str:
    """The answer that was meant; empty where it cannot be told."""
    if not isinstance(value, str):
        return ""
    meant = YES_OR_NO.get(value.strip().lower(), "")
    return meant if meant in words else closest(value, words)


def _no_list(value: Any, question: Question, say: Say) -> str:
    """That this is no list, and how to write as one what was given as a word or left empty."""
    shown = _kind(value, say)
    if value is None or (isinstance(value, str) and value.strip().lower() in _NONE):
        return say("answers.no_list_for_none", value=shown)
    words = [word.strip() for word in value.split(",")] if isinstance(value, str) else []
    known = [word for word in question.words if word in words]
    return say("answers.no_list_write" if known else "answers.no_list", value=shown, words=", ".join(known))


def _kind(value: Any, say: Say) -> str:
    if value is None:
        return say("answers.empty")
    if isinstance(value, bool):
        return say("answers.true_or_false", value=str(value).lower())
    if isinstance(value, str):
        return f'"{_show(value, say)}"'
    if isinstance(value, int) and abs(value) > 10**_SHOWN:
        return say("answers.large_number")
    if isinstance(value, Foreign):
        return _foreign(value, say)
    if isinstance(value, Mapping):
        return say("answers.a_mapping")
    if isinstance(value, list | tuple | set | frozenset):
        return say("answers.a_list")
    return _show(value, say)


def _foreign(value: Foreign, say: Say) -> str:
    if value.kind == "other":
        return _show(value.held, say)
    return say("answers.a_mapping" if value.kind == "mapping" else "answers.a_list")


def _show(value: Any, say: Say) -> str:
    text = ", ".join(_text(part, say) for part in value) if isinstance(value, tuple) else _text(value, say)
    text = "".join(ch if ch.isprintable() else "?" for ch in text[: _SHOWN + 1])
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"


def _text(value: Any, say: Say) -> str:
    """The value as text, whatever its own idea of that is."""
    if isinstance(value, Foreign):
        return f"({_foreign(value, say)})"
    if isinstance(value, Twice):
        return say("answers.in_two_places")
    try:
        return str.__str__(str(value))
    except Exception:
        number = isinstance(value, int)
        return say("answers.large_number" if number else "answers.of_kind", kind=type(value).__name__)


# --- the quick way --------------------------------------------------------------------------------

_WORD = {str}
_ODD = object()  # an answer that is not plainly right, or none at all


class Form:
    """The questions as they are asked of a plain dict, in one pass.

    Whatever is not plainly right is left to `clean` and `complete`, which find every fault and word it, and take
    several times as long. Both give the same answers wherever this gives any, which a test holds them to.
    """

    def __init__(self, questions: Mapping[str, Question]) -> None:
        self._lines = [
            (
                question.field,
                *_place(question.field),
                _READERS[question.kind](question),
                question.default,
                (question.parent.field, question.parent.asks) if question.parent else None,
            )
            for question in questions.values()
        ]
        self._groups = {group for _, group, *_ in self._lines if group}

    def answers(self, data: Any) -> dict[str, Any] | None:
        """The answers by field; None where something is missing, unknown, odd or of another kind."""
        if type(data) is not dict or any(type(data.get(group)) is not dict for group in self._groups):
            return None
        if any(set(map(type, part)) != _WORD for part in (data, *map(data.__getitem__, self._groups))):
            return None  # a name of another kind may be equal to whatever it likes
        unread = len(data) - len(self._groups) + sum([len(data[group]) for group in self._groups])
        found: dict[str, Any] = {}
        for field, group, name, read, default, parent in self._lines:
            value = (data[group] if group else data).get(name, _ODD)
            unread -= value is not _ODD
            if parent is not None and not parent[1](found[parent[0]]):
                if value is not _ODD and value is not None:
                    return None
                continue
            answer = read(value) if value is not _ODD or default is None else default
            if answer is _ODD:
                return None
            found[field] = answer
        return None if unread else found


def _place(field: str) -> tuple[str, str]:
    """The mapping inside the profile that holds the answer, if any, and its name there."""
    group, _, part = field.rpartition(".")
    return group, part


def _choice(question: Question) -> Callable[[Any], Any]:
    known = frozenset(question.words)
    return lambda value: value if type(value) is str and value in known else _ODD


def _number(question: Question) -> Callable[[Any], Any]:
    numbers = range(question.lowest, question.highest + 1)
    words = ("unknown",) if question.unknown else ()

    def read(value: Any) -> Any:
        right = value in numbers if type(value) is int else type(value) is str and value in words
        return value if right else _ODD

    return read


def _set(question: Question) -> Callable[[Any], Any]:
    words, known = question.words, frozenset(question.words)

    def read(value: Any) -> Any:
        if type(value) is not list and type(value) is not tuple:
            return _ODD
        value = tuple(value)  # once: what is looked through is what counts
        if not value:
            return ()
        for word in value:
            if type(word) is not str or word not in known:
                return _ODD
        return tuple([word for word in words if word in value])

    return read


_READERS: Mapping[str, Callable[[Question], Callable[[Any], Any]]] = {
    "choice": _choice,
    "number": _number,
    "set": _set,
}
