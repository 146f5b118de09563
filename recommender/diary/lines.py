"""One line of a diary, read and written."""

from __future__ import annotations

import json
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from recommender.diary.entries import FORM, Entry, NextDay, Session
from recommender.diary.errors import LineFault
from recommender.sentences import Say

__all__ = ["LONGEST", "line_of", "read_line"]

LONGEST = 100_000  # bytes in a line
KINDS: dict[str, type[Session] | type[NextDay]] = {"session": Session, "next_day": NextDay}


def line_of(entry: Entry) -> bytes:
    """The entry as one line with its end."""
    values = entry.model_dump(mode="json")
    for key in ("note", "signs"):
        if not values.get(key, True):
            del values[key]
    return json.dumps(values, ensure_ascii=False).encode() + b"\n"


def read_line(raw: bytes, number: int, say: Say) -> tuple[Entry | None, list[LineFault]]:
    """The entry on a line, or what is wrong with it, in the words of `say`."""

    def wrong(found: str, accepted: str = "") -> tuple[None, list[LineFault]]:
        return None, [LineFault.of(say, number, found, accepted or say("accepted.diary_line", form=FORM))]

    if len(raw) > LONGEST:
        return wrong(say("diary.line_too_long", bytes=LONGEST))
    try:
        text = raw.decode()
        values = json.loads(text, object_pairs_hook=_once, parse_constant=_no_number)
    except UnicodeDecodeError:
        return wrong(say("diary.no_text"))
    except _TwiceError:
        return wrong(say("diary.key_twice"))
    except _NoNumberError as error:
        return wrong(say("diary.no_number", word=error))
    except (ValueError, RecursionError) as error:
        broken = isinstance(error, json.JSONDecodeError | RecursionError)
        return wrong(say("diary.cut_off") if broken else say("diary.damaged", why=error))
    if not isinstance(values, dict) or "form" not in values:
        return wrong(say("diary.belongs_to_none"))
    if values["form"] != FORM:
        return wrong(say("diary.form", value=_shown(values["form"])), FORM)
    kind = KINDS.get(str(values.get("kind")))
    if kind is None:
        known = list(KINDS)
        accepted = say("list.or", items=", ".join(known[:-1]), last=known[-1])
        return wrong(say("diary.kind", value=_shown(values.get("kind"))), accepted)
    try:
        return kind.model_validate_json(text), []
    except ValidationError as error:
        return None, [_fault(number, detail, say) for detail in error.errors()]


class _TwiceError(ValueError):
    """A key that stands twice."""


class _NoNumberError(ValueError):
    """A word such as NaN, which is no number."""


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    values = dict(pairs)
    if len(values) != len(pairs):
        raise _TwiceError
    return values


def _no_number(word: str) -> None:
    raise _NoNumberError(word)


def _shown(value: Any) -> str:
    return json.dumps(value)[:60]


def _fault(number: int, detail: ErrorDetails, say: Say) -> LineFault:
    """A pydantic error in this project's words."""
    where = "".join(f" {part + 1}" if isinstance(part, int) else f" {part}" for part in detail["loc"]).strip()
    value = _shown(detail["input"])
    match detail["type"]:
        case "missing":
            return LineFault.of(say, number, say("diary.missing", where=where), say("accepted.own_line"))
        case "extra_forbidden":
            return LineFault.of(say, number, say("diary.not_known", where=where), say("accepted.own_line"))
        case "literal_error":
            accepted = str(detail["ctx"]["expected"])
        case "timezone_aware":
            return LineFault.of(say, number, say("diary.no_zone", where=where, value=value), say("accepted.moment"))
        case _:
            accepted = detail["msg"][:1].lower() + detail["msg"][1:]
    return LineFault.of(say, number, say("diary.value", where=where, value=value), accepted)
