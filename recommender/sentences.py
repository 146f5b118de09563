"""The sentences, labels and counts that the program says itself, by their names in rules/sentences.yaml.

What a rule, an exercise or an outcome says stands with it. This is what stands around: headings,
numbers with their nouns, and what is wrong with an answer.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from string import Formatter
from typing import Any

__all__ = ["COUNT", "OTHER", "Say", "Sentences", "date_in_words", "listed", "places_in"]

COUNT = "n"  # the place whose number chooses between the forms of a sentence
OTHER = "other"  # the form for every number that no other form claims

Forms = Mapping[str, str]
Say = Callable[..., str]  # the sentence with this name, its places filled, as `Sentences` gives it


def places_in(text: str | Forms) -> frozenset[str]:
    """The names of the places in a sentence, or in any of its forms. Raises ValueError for a place without a name."""
    forms = [text] if isinstance(text, str) else text.values()
    named = {name for form in forms for _, name, _, _ in Formatter().parse(form) if name is not None}
    if not isinstance(text, str):
        named.add(COUNT)  # it chooses the form, even where none of them shows it
    if odd := [name for name in named if not name.isidentifier()]:
        raise ValueError(f'"{{{odd[0]}}}" is no place; a place is a word, such as {{exercises}}')
    return frozenset(named)


@dataclass(frozen=True, eq=False)
class Sentences:
    """Sentences by "group.name".

    `plurals` tells for each form of a language which numbers it is for, as a regular expression over
    the digits: {"one": "1"} in English.
    """

    language: str
    texts: Mapping[str, str | Forms]
    plurals: Mapping[str, str] = field(default_factory=dict)

    def __call__(self, name: str, /, **places: Any) -> str:
        """The sentence with this name, its places filled. `n` also chooses the form.

        Raises KeyError for a name or a place that there is not: a fault of this program.
        """
        text = self.texts[name]
        if not isinstance(text, str):
            text = text[self._form(text, places[COUNT])]
        return text.format_map(places) if "{" in text else text

    def listed(self, things: Sequence[str], between: str = "list.comma", last: str = "") -> str:
        """Things as one list: `between` names the sentence that adds one, `last` that for the last of them."""
        return listed(things, self, between, last)

    def _form(self, forms: Forms, number: int) -> str:
        fitting = (name for name, of in self.plurals.items() if name in forms and re.fullmatch(of, str(number)))
        return next(fitting, OTHER)

    def upon(self, base: Sentences) -> Sentences:
        """These sentences, and those of `base` where these lack one."""
        return Sentences(self.language, {**base.texts, **self.texts}, {**base.plurals, **self.plurals})


def listed(things: Sequence[str], say: Say, between: str = "list.comma", last: str = "") -> str:
    """Things as one list: `between` names the sentence that adds one, `last` that for the last of them."""
    if len(things) < 2:
        return "".join(things)
    among = say(between, list="", more="")
    return say(last or between, list=among.join(things[:-1]), more=things[-1])


def date_in_words(day: date, say: Say, sentence: str = "dates.day") -> str:
    """A date, and of a moment the time too, as this sentence writes it."""
    return say(sentence, at=day, day=day.day, month=say("dates.months").split()[day.month - 1], year=day.year)
