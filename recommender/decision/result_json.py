"""A result as JSON. What several of its parts share stands there once.

`rules` holds the words of each rule by its id, `reasons` what made a rule hold for this person, `why_not` why
exercises are not in the routine, `sources` the places in the texts. `excluded` and `not_chosen` hold exercises by
their ids. Reasons and messages name their rule; all else is named by its place in these lists, counted from 0.
A rule without words is a draft that holds and says nothing here.

Whatever a value holds, it reads back to an equal one: where the words of a reason or a message are others than
those of its rule, they stand beside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from recommender.frozen import FrozenDict

__all__ = ["MESSAGE_WORDS", "OF_PERSON", "REASON_WORDS", "is_form", "parts_of", "whole_of"]

OF_PERSON = ("rule", "answers", "unsure")
MESSAGE_WORDS = ("text", "sources", "reading", "signed")
REASON_WORDS = ("kind", "effect", "title", "text", "because", "sources", "reading", "signed")
EMPTY: Mapping[str, Any] = {"text": "", "sources": [], "reading": "", "signed": False}
MESSAGE: Mapping[str, Any] = {"topic": "", "rule": "", "answers": FrozenDict(), "unsure": "", **EMPTY}


def parts_of(result: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a result as they stand in JSON."""
    rules: dict[str, dict[str, Any]] = {rule: {} for rule in result["review"].drafts}
    sources = _Sources()
    reasons, places = _reasons_in(result["excluded"], rules, sources)
    why_not: dict[tuple[str, str], int] = {}
    return {
        **result,
        "routine": [_sparse(sources.cited(step), ("change", "notes", "equipment")) for step in result["routine"]],
        "excluded": {
            entry.exercise: {
                "name": entry.name,
                "sources": sources.places(entry.sources),
                "reasons": [places[id(reason)] for reason in entry.reasons],
                **({"instead": entry.instead} if entry.instead else {}),
            }
            for entry in result["excluded"]
        },
        "not_chosen": {
            entry.exercise: {
                "name": entry.name,
                "sources": sources.places(entry.sources),
                "why": why_not.setdefault((entry.reason, entry.text), len(why_not)),
            }
            for entry in result["not_chosen"]
        },
        "messages": [_message(sources.cited(message), rules) for message in result["messages"]],
        "review": _share(vars(result["review"]), rules),
        "reasons": reasons,
        "why_not": [{"reason": reason, "text": text} for reason, text in why_not],
        "sources": list(sources),
        "rules": rules,
    }


class _Sources(dict[str, int]):
    """Each place in a text once, with its place in the list of them."""

    def __missing__(self, source: str) -> int:
        self[source] = place = len(self)
        return place

    def places(self, sources: Iterable[str]) -> list[int]:
        return [self[source] for source in sources]

    def cited(self, value: Any) -> dict[str, Any]:
        """The fields of a value that names sources."""
        return {**vars(value), "sources": self.places(value.sources)}


def _reasons_in(
    excluded: Iterable[Any], rules: dict[str, dict[str, Any]], sources: _Sources
) -> tuple[list[dict[str, Any]], dict[int, int]]:
    """Each reason once, and the place of each object that is one."""
    listed: list[dict[str, Any]] = []
    places: dict[int, int] = {}
    for entry in excluded:
        for reason in entry.reasons:
            if id(reason) not in places:
                told = _told(sources.cited(reason), REASON_WORDS, rules)
                if told not in listed:
                    listed.append(told)
                places[id(reason)] = listed.index(told)
    return listed, places


def _told(values: Mapping[str, Any], names: Iterable[str], rules: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """What a rule told this person, with its words among `rules`; words that are others stand beside it."""
    words = {name: values[name] for name in names if name != "signed" or values[name]}
    known = rules.setdefault(values["rule"], {})
    if not known:
        known.update(words)
    more = {name: values[name] for name in names if values[name] != known.get(name, EMPTY.get(name))}
    return {**{name: values[name] for name in OF_PERSON}, **more}


def _message(values: Mapping[str, Any], rules: dict[str, dict[str, Any]]) -> dict[str, Any]:
    if not values["rule"]:
        return _sparse(values, MESSAGE)
    told = _sparse(_told(values, MESSAGE_WORDS, rules), ("answers", "unsure"))
    return {"kind": values["kind"], **({"topic": values["topic"]} if values["topic"] else {}), **told}


def _sparse(values: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    """The values, but for those of these names that are empty."""
    return {name: value for name, value in values.items() if value or name not in names}


def _share(share: Mapping[str, Any], rules: Mapping[str, Any]) -> dict[str, Any]:
    """The share that is signed. Its drafts are told by `rules`, where those tell them all."""
    told = share["drafts"] == tuple(_drafts(rules))
    return {name: value for name, value in share.items() if not told or name != "drafts"}


def _drafts(rules: Mapping[str, Any]) -> Iterator[str]:
    return (id for id, words in rules.items() if not words.get("signed", False))


# --- reading it back --------------------------------------------------------------------------------


def is_form(data: Any) -> bool:
    """Whether this is a result as it stands in JSON, and not one with all words in their places."""
    return isinstance(data, Mapping) and "rules" in data


def whole_of(data: Mapping[str, Any]) -> dict[str, Any]:
    """The opposite of `parts_of`, not checked. Raises ValueError for a reference to what is not there."""
    try:
        return _whole(dict(data))
    except (AttributeError, IndexError, KeyError, TypeError) as error:
        raise ValueError(f"not the form of a result, or it names what is not there ({error})") from None


def _whole(data: dict[str, Any]) -> dict[str, Any]:
    rules, reasons, why_not, sources = (data.pop(name) for name in ("rules", "reasons", "why_not", "sources"))

    def cited(entry: Mapping[str, Any]) -> dict[str, Any]:
        places = {"sources": [_at(sources, place) for place in entry["sources"]]} if "sources" in entry else {}
        return {**entry, **places}

    whole = [cited(_of_rule(reason, rules, REASON_WORDS)) for reason in reasons]
    review = data["review"]
    return {
        **data,
        "routine": [cited(step) for step in data["routine"]],
        "excluded": [
            {"exercise": id, **cited(entry), "reasons": [_at(whole, place) for place in entry["reasons"]]}
            for id, entry in data["excluded"].items()
        ],
        "not_chosen": [
            {"exercise": id, **_without(cited(entry), "why"), **_at(why_not, entry["why"])}
            for id, entry in data["not_chosen"].items()
        ],
        "messages": [
            cited(_of_rule(message, rules, MESSAGE_WORDS) if message.get("rule") else message)
            for message in data["messages"]
        ],
        "review": review if "drafts" in review else {**review, "drafts": list(_drafts(rules))},
    }


def _of_rule(told: Mapping[str, Any], rules: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    words = rules[told["rule"]]
    return {**{name: words[name] for name in names if name in words}, **told}


def _at(listed: Any, place: Any) -> Any:
    if type(place) is not int or place < 0:
        raise TypeError(f"{str(place)[:20]!r} is no place")
    return listed[place]


def _without(entry: Mapping[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in entry.items() if key != name}
