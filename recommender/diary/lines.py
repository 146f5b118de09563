"""One line of a diary, read and written."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import MISSING, fields
from datetime import datetime
from typing import Any

from recommender.diary.entries import FORM, NO_ZONE, Done, Entry, NextDay, Session, faults_in
from recommender.diary.errors import LineFault

__all__ = ["LONGEST", "line_of", "read_line"]

LONGEST = 100_000  # bytes in a line
KINDS: dict[str, type[Session] | type[NextDay]] = {"session": Session, "next_day": NextDay}
WRITTEN = "a line as this program wrote it"
_MOMENT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt _]([01][0-9]|2[0-3]):[0-9]{2}(:[0-9]{2}([.,][0-9]{1,9})?)?"
    r"(Z|z|[+-][0-9]{2}:?[0-9]{2})?"
)
A_LINE = f'a line that begins with {{"form": "{FORM}"'


def line_of(entry: Entry) -> bytes:
    """The entry as one line with its end."""
    values = {key: value for key, value in vars(entry).items() if value or key not in ("note", "signs")}
    return json.dumps(values, default=_written, ensure_ascii=False).encode() + b"\n"


def _written(value: datetime | Done) -> Any:
    if isinstance(value, Done):
        return vars(value)
    text = value.isoformat()
    return f"{text[:-6]}Z" if text.endswith("+00:00") else text


def read_line(raw: bytes, number: int) -> tuple[Entry | None, list[LineFault]]:
    """The entry on a line, or what is wrong with it."""
    if len(raw) > LONGEST:
        return None, [LineFault(number, f"it is longer than {LONGEST} bytes.", A_LINE)]
    try:
        text = raw.decode()
        values = json.loads(text, object_pairs_hook=_once, parse_constant=_no_number)
        _whole_characters(text, values)
    except UnicodeDecodeError:
        return None, [LineFault(number, "it is no UTF-8 text.", A_LINE)]
    except (ValueError, RecursionError) as error:
        broken = isinstance(error, json.JSONDecodeError | RecursionError)
        said = "it is cut off or damaged" if broken else f"it is damaged: {error}"
        return None, [LineFault(number, f"{said}.", A_LINE)]
    if not isinstance(values, dict) or "form" not in values:
        return None, [LineFault(number, "it belongs to no diary of this program.", A_LINE)]
    if values["form"] != FORM:
        return None, [LineFault(number, f"its form is {_shown(values['form'])}.", FORM)]
    kind = KINDS.get(str(values.get("kind")))
    if kind is None:
        return None, [LineFault(number, f"its kind is {_shown(values.get('kind'))}.", " or ".join(KINDS))]
    given, faults = _given(kind, values)
    if faults:
        return None, [LineFault(number, found, accepted) for found, accepted in faults]
    return kind(**given), []


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    values = dict(pairs)
    if len(values) != len(pairs):
        raise ValueError("a key stands twice")
    return values


def _no_number(word: str) -> None:
    raise ValueError(f"{word} is no number")


def _shown(value: Any) -> str:
    return json.dumps(value)[:60]


def _whole_characters(text: str, values: Any) -> None:
    """Raise ValueError for half of a character, which only an escape can hold."""
    if "\\u" in text:
        try:
            json.dumps(values, ensure_ascii=False).encode()
        except UnicodeEncodeError:
            raise ValueError("half of a character stands in it") from None


# --- the values of a line ---------------------------------------------------------------------------

Fault = tuple[str, str]  # what was found, and what is accepted


def _given(kind: type[Any], values: Mapping[str, Any], place: str = "") -> tuple[dict[str, Any], list[Fault]]:
    """The values as fields of this kind, and every fault: of the fields in their order, then of what is none."""
    given: dict[str, Any] = {}
    faults: list[Fault] = []
    own = fields(kind)
    for field in own:
        name, where = field.name, f"{place}{field.name}"
        if name not in values:
            if field.default is MISSING:
                faults.append((f"{where} is missing.", WRITTEN))
            continue
        value, wrong = _read(name, values[name], where)
        wrong = wrong or [(f"{where} is {_shown(values[name])}.", said) for _, said in faults_in(kind, {name: value})]
        given[name] = value
        faults += wrong
    known = {field.name for field in own}
    faults += [(f"{place}{name} is not known here.", WRITTEN) for name in values if name not in known]
    return given, faults


def _read(name: str, value: Any, where: str) -> tuple[Any, list[Fault]]:
    """The value of a field as it is in Python, where JSON has no such value."""
    if name == "at" and isinstance(value, str):
        return _moment(value, where)
    if isinstance(value, list) and name == "done":
        return _all_done(value, where)
    return tuple(value) if isinstance(value, list) and name == "signs" else value, []


def _moment(text: str, where: str) -> tuple[Any, list[Fault]]:
    written = _MOMENT.fullmatch(text)
    try:
        moment = datetime.fromisoformat(text.upper().replace(",", ".").replace("_", "T")) if written else None
    except ValueError:
        moment = None
    if moment is not None and moment.tzinfo is None:
        return None, [(f"{where} has no time zone: {_shown(text)}.", NO_ZONE)]
    return moment, []


def _all_done(values: list[Any], where: str) -> tuple[Any, list[Fault]]:
    done: list[Done] = []
    faults: list[Fault] = []
    for number, value in enumerate(values, start=1):
        place = f"{where} {number}"
        if not isinstance(value, dict):
            faults.append((f"{place} is {_shown(value)}.", "what was done of an exercise"))
            continue
        given, wrong = _given(Done, value, f"{place} ")
        faults += wrong
        if not wrong:
            done.append(Done(**given))
    return tuple(done), faults
