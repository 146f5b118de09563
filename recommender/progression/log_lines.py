"""One line of a log, read and written."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import MISSING, fields
from datetime import datetime
from typing import Any

from recommender.progression.log_entries import EARLIER, FORM, Done, Entry, NextDay, Session, faults_in
from recommender.progression.log_errors import LineFault
from recommender.sentences import Say, listed

__all__ = ["LONGEST", "line_of", "read_line"]

LONGEST = 100_000  # bytes in a line
KINDS: dict[str, type[Session] | type[NextDay]] = {"session": Session, "next_day": NextDay}
_MOMENT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt _]([01][0-9]|2[0-3]):[0-9]{2}(:[0-9]{2}([.,][0-9]{1,9})?)?"
    r"(Z|z|[+-][0-9]{2}:?[0-9]{2})?"
)


def line_of(entry: Entry) -> bytes:
    """The entry as one line with its end."""
    values = {key: value for key, value in vars(entry).items() if value or key not in ("note", "signs")}
    return json.dumps(values, default=_written, ensure_ascii=False).encode() + b"\n"


def _written(value: datetime | Done) -> Any:
    if isinstance(value, Done):
        return vars(value)
    text = value.isoformat()
    return f"{text[:-6]}Z" if text.endswith("+00:00") else text


def read_line(raw: bytes, number: int, say: Say) -> tuple[Entry | None, list[LineFault]]:
    """The entry on a line, or what is wrong with it, in the words of `say`."""

    def wrong(found: str, accepted: str = "") -> tuple[None, list[LineFault]]:
        return None, [LineFault.of(say, number, found, accepted or say("accepted.log_line", form=FORM))]

    if len(raw) > LONGEST:
        return wrong(say("log_file.line_too_long", bytes=LONGEST))
    try:
        text = raw.decode()
        values = json.loads(text, object_pairs_hook=_once, parse_constant=_no_number)
        _whole_characters(text, values)
    except UnicodeDecodeError:
        return wrong(say("log_file.no_text"))
    except _TwiceError:
        return wrong(say("log_file.key_twice"))
    except _HalfError:
        return wrong(say("log_file.half_character"))
    except _NoNumberError as error:
        return wrong(say("log_file.no_number", word=error))
    except (ValueError, RecursionError) as error:
        broken = isinstance(error, json.JSONDecodeError | RecursionError)
        return wrong(say("log_file.cut_off") if broken else say("log_file.damaged", why=error))
    if not isinstance(values, dict) or "form" not in values:
        return wrong(say("log_file.belongs_to_none"))
    if values["form"] == EARLIER:
        values["form"] = FORM
    if values["form"] != FORM:
        return wrong(say("log_file.form", value=_shown(values["form"])), FORM)
    kind = KINDS.get(str(values.get("kind")))
    if kind is None:
        accepted = listed(list(KINDS), say, last="list.or")
        return wrong(say("log_file.kind", value=_shown(values.get("kind"))), accepted)
    given, faults = _given(kind, values, say)
    if faults:
        return None, [LineFault.of(say, number, found, accepted) for found, accepted in faults]
    return kind(**given), []


class _TwiceError(ValueError):
    """A key that stands twice."""


class _NoNumberError(ValueError):
    """A word such as NaN, which is no number."""


class _HalfError(ValueError):
    """Half of a character."""


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    values = dict(pairs)
    if len(values) != len(pairs):
        raise _TwiceError
    return values


def _no_number(word: str) -> None:
    raise _NoNumberError(word)


def _shown(value: Any) -> str:
    return json.dumps(value)[:60]


def _whole_characters(text: str, values: Any) -> None:
    """Raise _HalfError for half of a character, which only an escape can hold."""
    if "\\u" in text:
        try:
            json.dumps(values, ensure_ascii=False).encode()
        except UnicodeEncodeError:
            raise _HalfError from None


# --- the values of a line ---------------------------------------------------------------------------

Fault = tuple[str, str]  # what was found, and what is accepted


def _given(kind: type[Any], values: Mapping[str, Any], say: Say, place: str = "") -> tuple[dict[str, Any], list[Fault]]:
    """The values as fields of this kind, and every fault: of the fields in their order, then of what is none."""
    given: dict[str, Any] = {}
    faults: list[Fault] = []
    own = fields(kind)
    for field in own:
        name, where = field.name, f"{place}{field.name}"
        if name not in values:
            if field.default is MISSING:
                faults.append((say("log_file.missing", where=where), say("accepted.own_line")))
            continue
        value, wrong = _read(name, values[name], where, say)
        for _, accepted in () if wrong else faults_in(kind, {name: value}, say):
            wrong = [(say("log_file.value", where=where, value=_shown(values[name])), accepted)]
        given[name] = value
        faults += wrong
    known = {field.name for field in own}
    odd = [say("log_file.not_known", where=f"{place}{name}") for name in values if name not in known]
    faults += [(found, say("accepted.own_line")) for found in odd]
    return given, faults


def _read(name: str, value: Any, where: str, say: Say) -> tuple[Any, list[Fault]]:
    """The value of a field as it is in Python, where JSON has no such value."""
    if name == "at" and isinstance(value, str):
        return _moment(value, where, say)
    if isinstance(value, list) and name == "done":
        return _all_done(value, where, say)
    return tuple(value) if isinstance(value, list) and name == "signs" else value, []


def _moment(text: str, where: str, say: Say) -> tuple[Any, list[Fault]]:
    written = _MOMENT.fullmatch(text)
    try:
        moment = datetime.fromisoformat(text.upper().replace(",", ".").replace("_", "T")) if written else None
    except ValueError:
        moment = None
    if moment is not None and moment.tzinfo is None:
        return None, [(say("log_file.no_zone", where=where, value=_shown(text)), say("accepted.moment"))]
    return moment, []


def _all_done(values: list[Any], where: str, say: Say) -> tuple[Any, list[Fault]]:
    done: list[Done] = []
    faults: list[Fault] = []
    for number, value in enumerate(values, start=1):
        place = f"{where} {number}"
        if not isinstance(value, dict):
            faults.append((say("log_file.value", where=place, value=_shown(value)), say("accepted.done")))
            continue
        given, wrong = _given(Done, value, say, f"{place} ")
        faults += wrong
        if not wrong:
            done.append(Done(**given))
    return tuple(done), faults
