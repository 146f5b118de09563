"""How hard a text is to read: its sentences, its words, their syllables, and the school year it asks for."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

__all__ = ["grade", "sentences", "syllables", "words"]

_END = re.compile(r"(?<=[.!?])[\"')\]]*\s+")
_WORD = re.compile(r"[^\W_]+(?:['\u2019][^\W\d_]+)*")
_VOWELS = re.compile(r"[aeiouy]+")
# An e that is written and not spoken: "like", "gives", "named", "likely"; but not "table", "noses", "rested".
_SILENT = re.compile(
    r"(?<=[^aeiouy])(?<![bcdfgkpstz]l)(?:e|(?<![cgsxz])(?<!ch)(?<!sh)es|(?<![dt])ed)$"
    r"|(?<=[^aeiouy])e(?=(?:ful|less|ment|ness|thing|times|where)|ly$)"
)
# Vowels side by side that are two sounds ("diagnosis", "period", "lying", "easier", "quiet", "usual", "fluid"),
# and an ending that is one without a vowel ("spasm").
_APART = re.compile(
    r"(?<![cst])ia|io(?![nu])|(?<![cglnstx])io(?=[nu])|[aeiouy](?=ing)|ier|iest|quie|(?<!q)ua(?=[lt])"
    r"|(?<=l)uid|(?<=[rt])eo|sm$"
)


def sentences(text: str) -> list[str]:
    """The sentences of a text. They end with a full stop, a question mark or an exclamation mark."""
    return [part.strip() for part in _END.split(text.strip()) if words(part)]


def words(text: str) -> list[str]:
    """The words of a text. The parts of a word with hyphens count one by one."""
    return _WORD.findall(text)


def syllables(word: str) -> int:
    """About how many syllables an English word has: its groups of vowels, less the silent ones. A number has one.

    It is off by one for some words ("area", "beyond"), which evens out over a text.
    """
    low = re.sub(r"['\u2019]s?$", "", word.lower())
    count = len(_VOWELS.findall(low)) - len(_SILENT.findall(low)) + len(_APART.findall(low))
    return max(1, count)


def grade(texts: Iterable[str], known: Collection[str] = ()) -> float:
    """The school year (in the United States) that these texts together ask for; 0 without words.

    By the formula of J. P. Kincaid, R. P. Fishburne, R. L. Rogers and B. S. Chissom, Derivation of new
    readability formulas for Navy enlisted personnel, Research Branch Report 8-75 (1975). A word of
    `known`, or its plural in -s, counts two syllables at most.
    """
    said = [sentence for text in texts for sentence in sentences(text)]
    counts = [min(syllables(word), 2 if _is_known(word, known) else 99) for part in said for word in words(part)]
    if not counts:
        return 0.0
    return 0.39 * len(counts) / len(said) + 11.8 * sum(counts) / len(counts) - 15.59


def _is_known(word: str, known: Collection[str]) -> bool:
    low = word.lower()
    return low in known or low.removesuffix("s") in known
