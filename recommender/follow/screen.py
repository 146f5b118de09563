"""What a terminal shows of a session at one moment, as lines. Pure: the same moment gives the same lines."""

from __future__ import annotations

import math
import textwrap
from dataclasses import dataclass

from recommender.follow.player import Player
from recommender.follow.script import Cue, Part, Script
from recommender.output.page import clock
from recommender.sentences import Say

__all__ = ["Look", "frame", "keys_in_words", "said", "written"]

KEYS = ("follow.key_pause", "follow.key_skip", "follow.key_back", "follow.key_hurts", "follow.key_quit")
LARGE = {  # what is shown in large letters
    "ready": "follow.large_ready",
    "hold": "follow.large_hold",
    "side": "follow.large_side",
    "rest": "follow.large_rest",
    "back": "follow.large_back",
}
SHORT = 6  # seconds; a hold below this is said together with its repetition
ROOM = 16  # rows; below this nothing is drawn large
HEIGHT = 5
_FORMS = {
    "0": "###|#.#|#.#|#.#|###",
    "1": ".#.|##.|.#.|.#.|###",
    "2": "###|..#|###|#..|###",
    "3": "###|..#|.##|..#|###",
    "4": "#.#|#.#|###|..#|..#",
    "5": "###|#..|###|..#|###",
    "6": "###|#..|###|#.#|###",
    "7": "###|..#|..#|.#.|.#.",
    "8": "###|#.#|###|#.#|###",
    "9": "###|#.#|###|..#|###",
    "/": "..#|..#|.#.|#..|#..",
    " ": "..|..|..|..|..",
    "A": ".#.|#.#|###|#.#|#.#",
    "D": "##.|#.#|#.#|#.#|##.",
    "E": "###|#..|##.|#..|###",
    "G": "###|#..|#.#|#.#|###",
    "H": "#.#|#.#|###|#.#|#.#",
    "I": "###|.#.|.#.|.#.|###",
    "L": "#..|#..|#..|#..|###",
    "O": "###|#.#|#.#|#.#|###",
    "R": "##.|#.#|##.|#.#|#.#",
    "S": "###|#..|###|..#|###",
    "T": "###|.#.|.#.|.#.|.#.",
    "P": "###|#.#|###|#..|#..",
    "U": "#.#|#.#|#.#|#.#|###",
}
_SIZES = ((4, 2), (3, 2), (3, 1), (2, 1), (1, 1))  # columns and rows for one point, the largest first


@dataclass(frozen=True, slots=True)
class Look:
    """The size of the terminal, and whether it can show blocks."""

    width: int = 80
    height: int = 24
    block: str = "█"


def keys_in_words(say: Say) -> list[str]:
    """Each key with what it does."""
    return [say(key) for key in KEYS]


def frame(player: Player, look: Look, page: int = 0) -> list[str]:
    """The lines of the screen now; never more than it has.

    What is to be read may need several pages on a small screen. They come in turn as `page` grows.
    """
    cue, part = player.cue, player.part
    top = _head(player, look.width)
    bottom = _foot(player, look.width)
    room = max(1, look.height - len(top) - len(bottom) - 1)
    reading = cue.kind == "ready" or player.state == "paused"
    middle = _to_read(player, part, look, room, page) if reading else _to_count(cue, part, player, look, room)
    lines = [*top, *middle, *[""] * (room - len(middle)), *bottom]
    return [line[: look.width] for line in lines[: max(1, look.height - 1)]]


def _head(player: Player, width: int) -> list[str]:
    say, parts = player.script.say, len(player.script.parts)
    name = say("follow.head", number=player.number + 1, of=parts, name=player.part.step.name)
    left = say("follow.time_left", time=clock(math.ceil(player.remaining)))
    if len(name) + len(left) + 2 <= width:
        return [name + left.rjust(width - len(name)), ""]
    return [*_wrapped(name, width), left.rjust(width), ""]


def _foot(player: Player, width: int) -> list[str]:
    say, then = player.script.say, player.next_part
    if then is None:
        words = say("follow.then_the_end")
    elif then.step.position == player.part.step.position:
        words = say("follow.next_there", name=then.step.name)
    else:
        words = say("follow.next", name=then.step.name, position=then.position)
    keys = "   ".join(key.replace(" ", "\0") for key in keys_in_words(say))
    return ["", *_wrapped(words, width), *_wrapped(keys, width)]


def _to_read(player: Player, part: Part, look: Look, room: int, page: int) -> list[str]:
    """Before an exercise, and in a pause: how it is done, with the time in large numbers where there is room."""
    paused, ready = player.state == "paused", player.cue.kind == "ready"
    step, width, say = part.step, look.width, player.script.say
    seconds = str(math.ceil(player.left_of_cue))
    word = say("follow.paused") if paused else say("follow.ready_in", seconds=seconds)
    text = _wrapped(player.cue.words, width) if ready else []
    text += _wrapped(_sentence(step.dose.text, say), width)
    if part.kit:
        text += _wrapped(say("follow.needs", kit=", ".join(part.kit)), width)
    for note in step.notes:
        text += _wrapped(note, width)
    for line in (*step.how, step.breathing, step.stop_when):
        text += _wrapped(line, width, "- ") if line else []
    number = large(seconds, width, HEIGHT, block=look.block)
    if len(text) + len(number) + 3 <= room and not paused:
        return [_joined(width, say(LARGE["ready"]), say("follow.more_time")), "", *number, "", *text]
    rows = max(1, room - 2)
    pages = [text[start : start + rows] for start in range(0, len(text), rows)]
    turn = page % len(pages)
    count = say("follow.page", number=turn + 1, of=len(pages)) if len(pages) > 1 else ""
    return [_joined(width, word, count, "" if paused else say("follow.more_time")), "", *pages[turn]][:room]


def _to_count(cue: Cue, part: Part, player: Player, look: Look, room: int) -> list[str]:
    """In an exercise: the count alone with room around it."""
    dose, width, say = part.step.dose, look.width, player.script.say
    moving = cue.kind in ("move", "back") and dose.reps > 1
    shown = f"{cue.rep}/{dose.reps}" if moving else str(math.ceil(player.left_of_cue))
    word = say(LARGE[cue.kind]) if cue.kind in LARGE else ""
    line = _wrapped(_details(cue, part, say), width)
    if room < ROOM - HEIGHT:
        return [f"{word} {shown}".strip(), "", *line][:room]
    title = [*large(word, width, HEIGHT, block=look.block), ""] if word else []
    number = large(shown, width, room - len(title) - len(line) - 1, block=look.block)
    above = [""] * max(0, (room - len(title) - len(number) - len(line) - 1) // 2)
    return [*above, *_centred(title, width), *_centred(number, width), "", *line][:room]


def _details(cue: Cue, part: Part, say: Say) -> str:
    """Which repetition, side and set it is, in one line."""
    dose = part.step.dose
    words = [cue.words]
    if dose.reps > 1 and cue.rep:
        count = {"move": "follow.repetition", "hold": "follow.hold_number"}.get(cue.kind, "follow.count")
        words = [*([] if cue.kind in ("move", "hold") else words), say(count, number=cue.rep, of=dose.reps)]
    if dose.per_side and cue.kind != "side":
        words.append(say("follow.other_side" if cue.side == 2 else "follow.first_side"))
    if dose.sets > 1:
        words.append(say("follow.set", number=cue.set, of=dose.sets))
    return " ".join(words)


def _centred(lines: list[str], width: int) -> list[str]:
    gap = " " * max(0, (width - max(map(len, lines), default=0)) // 2)
    return [gap + line if line else "" for line in lines]


def _joined(width: int, *words: str) -> str:
    """The words on one line, as many of them as it holds."""
    line = ""
    for word in filter(None, words):
        longer = f"{line}   {word}" if line else word
        line = longer if len(longer) <= width else line
    return line


def _sentence(text: str, say: Say) -> str:
    return say("ask.as_sentence", text=text[0].upper() + text[1:])


def _wrapped(text: str, width: int, hang: str = "") -> list[str]:
    """The text in lines; a zero byte stands for a space that must not end a line."""
    lines = textwrap.wrap(text, width, initial_indent=hang, subsequent_indent=" " * len(hang), break_on_hyphens=False)
    return [line.replace("\0", " ") for line in lines]


# --- the same, line by line ---------------------------------------------------------------------


def said(cue: Cue, part: Part, number: int, script: Script) -> list[str]:
    """What is said when a cue begins, for whoever listens to the screen; nothing where the cue is part of another."""
    dose, say = part.step.dose, script.say
    if cue.kind == "ready":
        lines = [say("follow.exercise", number=number, of=len(script.parts), name=part.step.name)]
        lines.append(f"{say('follow.get_ready', seconds=cue.seconds)} {cue.words}")
        lines.append(_sentence(dose.text, say))
        lines += [say("follow.needs", kit=", ".join(part.kit))] if part.kit else []
        lines += [line for line in (*part.step.notes, *part.step.how, part.step.breathing) if line]
        return [*lines, part.step.stop_when]
    if cue.kind == "rest":
        return [say("follow.rest_then", seconds=cue.seconds, number=cue.set, of=dose.sets)]
    if cue.kind == "move":
        first = dose.sets > 1 and cue.rep == 1 and cue.side == 1
        words = [say("follow.set", number=cue.set, of=dose.sets)] if first else []
        words += [cue.words, *([say("follow.hold_shortly", seconds=dose.hold)] if 0 < dose.hold < SHORT else [])]
        return [" ".join(words)]
    if cue.kind in ("hold", "back") and dose.hold < SHORT:
        return []
    return [cue.words]


def written(script: Script) -> list[str]:
    """The whole session as lines: when, and what."""
    lines, at, say = [], 0, script.say
    for number, part in enumerate(script.parts, start=1):
        name = say("follow.name_and_position", name=part.step.name, position=part.position)
        lines += ["", say("follow.head", number=number, of=len(script.parts), name=name)]
        for cue in (part.ready, *part.cues):
            if cue.kind != "back" and not (cue.kind == "hold" and cue.seconds < SHORT):
                words = said(cue, part, number, script)[1 if cue.kind == "ready" else 0].rstrip(".")
                other = cue.side == 2 and cue.kind == "move"
                text = say("follow.on_other_side" if other else "ask.as_sentence", text=words)
                lines.append(f"{clock(at):>7}  {text}")
            at += cue.seconds
    return [*lines, "", f"{clock(at):>7}  {say('follow.the_end')}"]


# --- large letters --------------------------------------------------------------------------------


def large(text: str, width: int, height: int, *, block: str = "█") -> list[str]:
    """The text in the largest letters that fit into so many columns and rows; as it is where none do."""
    if not set(text) <= set(_FORMS):
        return [text]
    forms = [_FORMS[letter].split("|") for letter in text]
    points = sum(len(form[0]) for form in forms) + len(forms) - 1
    for wide, high in _SIZES:
        if points * wide > width or HEIGHT * high > height:
            continue
        lines = []
        for row in range(HEIGHT):
            dots = ".".join(form[row] for form in forms)
            line = "".join((block if dot == "#" else " ") * wide for dot in dots)
            lines += [line.rstrip()] * high
        return lines
    return [text]
