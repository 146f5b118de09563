"""One line of a diary, read and written."""

from __future__ import annotations

import json
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from recommender.diary.entries import FORM, Entry, NextDay, Session
from recommender.diary.errors import LineFault

__all__ = ["LONGEST", "line_of", "read_line"]

LONGEST = 100_000  # bytes in a line
KINDS: dict[str, type[Session] | type[NextDay]] = {"session": Session, "next_day": NextDay}
A_LINE = f'a line that begins with {{"form": "{FORM}"'


def line_of(entry: Entry) -> bytes:
    """The entry as one line with its end."""
    values = entry.model_dump(mode="json")
    for key in ("note", "signs"):
        if not values.get(key, True):
            del values[key]
    return json.dumps(values, ensure_ascii=False).encode() + b"\n"


def read_line(raw: bytes, number: int) -> tuple[Entry | None, list[LineFault]]:
    """The entry on a line, or what is wrong with it."""
    if len(raw) > LONGEST:
        return None, [LineFault(number, f"it is longer than {LONGEST} bytes.", A_LINE)]
    try:
        text = raw.decode()
        values = json.loads(text, object_pairs_hook=_once, parse_constant=_no_number)
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
    try:
        return kind.model_validate_json(text), []
    except ValidationError as error:
        return None, [_fault(number, detail) for detail in error.errors()]


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    values = dict(pairs)
    if len(values) != len(pairs):
        raise ValueError("a key stands twice")
    return values


def _no_number(word: str) -> None:
    raise ValueError(f"{word} is no number")


def _shown(value: Any) -> str:
    return json.dumps(value)[:60]


def _fault(number: int, detail: ErrorDetails) -> LineFault:
    """A pydantic error in this project's words."""
    where = "".join(f" {part + 1}" if isinstance(part, int) else f" {part}" for part in detail["loc"]).strip()
    match detail["type"]:
        case "missing":
            return LineFault(number, f"{where} is missing.", "a line as this program wrote it")
        case "extra_forbidden":
            return LineFault(number, f"{where} is not known here.", "a line as this program wrote it")
        case "literal_error":
            return LineFault(number, f"{where} is {_shown(detail['input'])}.", str(detail["ctx"]["expected"]))
        case "timezone_aware":
            found = f"{where} has no time zone: {_shown(detail['input'])}."
            return LineFault(number, found, "a date and time such as 2026-03-02T08:15:00+01:00")
        case _:
            said = detail["msg"][:1].lower() + detail["msg"][1:]
            return LineFault(number, f"{where} is {_shown(detail['input'])}.", said)
