"""Every way in which the rules can be damaged, one generator for each kind."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

from recommender.yaml_reader import Where

from .damage import GONE, STEPS, Edit, Files, Mutant

__all__ = ["KINDS", "all_mutants", "sample"]

QUESTIONS, SESSION, OUTCOMES = "rules/questionnaire.yaml", "rules/session.yaml", "rules/outcomes.yaml"
CONTENTS, CONFLICTS, VOCABULARY = "rules/contents.yaml", "rules/conflicts.yaml", "catalog/vocabulary.yaml"
GUARANTEES, TERMS = "rules/guarantees.yaml", "rules/terms.yaml"
WEAKER = {"emergency": "see_clinician", "see_clinician": "relief_only"}
MILDER = {"strong": "mild", "mild": "none", "demanding": "moderate", "moderate": "gentle"}
SPINE = ("bending", "arching", "twisting", "side_bending")
TURNED = {"under": "at least", "at least": "under", "above": "up to", "up to": "above"}
Kind = Callable[[Files], Iterator[Mutant]]


def _path(where: Sequence[str | int]) -> str:
    return ".".join(map(str, where))


def _next(word: str, words: Sequence[str]) -> str:
    return words[(words.index(word) + 1) % len(words)]


# --- walking through rules ---------------------------------------------------------------------


def _conditions(rule: Mapping[str, Any]) -> Iterator[tuple[Where, Any]]:
    """The conditions of a rule."""
    if rule["when"] != "always":
        yield ("when",), rule["when"]
    if "unless" in rule:
        yield ("unless", "when"), rule["unless"]["when"]


def _terms(files: Files, kind: str) -> dict[str, Any]:
    """The terms for `people` or for `exercises`."""
    found: dict[str, Any] = files.data(TERMS)[kind] if TERMS in files.texts else {}
    return found


def _conditioned(files: Files) -> Iterator[tuple[str, Where, str, Where, Any]]:
    """Every condition of a rule or a term: file, way to the rule, its id, way inside, condition."""
    for name, n, rule in files.rules():
        for where, raw in _conditions(rule):
            yield name, ("rules", n), rule["id"], where, raw
    for term, said in _terms(files, "people").items() if not files.log else ():
        yield TERMS, ("people", term), f"term {term}", ("when",), said["when"]


def _leaves(raw: Any, where: Where) -> Iterator[tuple[Where, str, Any]]:
    """Every test of a condition: the way to its value, the field and the value."""
    ((key, value),) = raw.items()
    if key in ("all", "any"):
        for n, part in enumerate(value):
            yield from _leaves(part, (*where, key, n))
    elif key == "not":
        yield from _leaves(value, (*where, key))
    else:
        yield (*where, key), key, value


def _groups(raw: Any, where: Where) -> Iterator[tuple[Where, str, list[Any]]]:
    """Every `all` and `any` of a condition: the way to what holds it, the word and the parts."""
    ((key, value),) = raw.items()
    if key in ("all", "any"):
        yield where, key, value
        for n, part in enumerate(value):
            yield from _groups(part, (*where, key, n))
    elif key == "not":
        yield from _groups(value, (*where, key))


def _tests(files: Files) -> Iterator[tuple[str, Where, str, Where, str, Any]]:
    """Every test of every rule and term: file, way to the rule, its id, way inside, field and value."""
    for name, at, id, where, raw in _conditioned(files):
        for inside, field, value in _leaves(raw, where):
            yield name, at, id, inside, field, value


def _questions(files: Files) -> dict[str, Mapping[str, Any]]:
    """The questions of the profile, and what the log tells, which is described alike; terms are words of one."""
    asked = [*files.data(QUESTIONS)["questions"], *files.data(STEPS)["facts"]]
    asked.append({"field": "term", "kind": "choice", "answers": _terms(files, "people")})
    return {question["field"]: question for question in asked}


def _selectors(rule: Mapping[str, Any]) -> Iterator[tuple[Where, Any]]:
    """Every selector of a rule, those inside `any_of` too."""
    then = rule["then"]
    for key in ("avoid", "allow_only", "if_routine_has", "on_steps"):
        if key in then:
            yield from _inner(then[key], ("then", key))
    for key in ("prefer", "defer"):
        for n, part in enumerate(then.get(key, ())):
            yield from _inner(part, ("then", key, n))


def _selecting(files: Files) -> Iterator[tuple[str, Where, str, Where, Any]]:
    """Every selector of a rule or a term: file, way to the rule, its id, way inside, selector."""
    for name, n, rule in files.rules():
        for where, raw in _selectors(rule):
            yield name, ("rules", n), rule["id"], where, raw
    for term, said in _terms(files, "exercises").items() if not files.log else ():
        for where, raw in _inner(said["select"], ("select",)):
            yield TERMS, ("exercises", term), f"term {term}", where, raw


def _inner(selector: Mapping[str, Any], where: Where) -> Iterator[tuple[Where, Any]]:
    yield where, selector
    for n, part in enumerate(selector.get("any_of", ())):
        yield from _inner(part, (*where, "any_of", n))


# --- rules -------------------------------------------------------------------------------------


def drop_rule(files: Files) -> Iterator[Mutant]:
    """A rule goes, and its name with it wherever it stands, so that everything can be loaded."""
    for name, n, rule in files.rules():
        id = rule["id"]
        lone = len(files.data(name)["rules"]) == 1
        edits: list[Edit] = [(name, () if lone else ("rules", n), GONE)]
        key = name.removeprefix("rules/")
        listed = files.data(CONTENTS)["rules"][key]
        edits.append((CONTENTS, ("rules", key) if lone else ("rules", key, listed.index(id)), GONE))
        for other, document in files.documents.items():
            if other.startswith("rules/sources/"):
                edits += _without_carrier(other, document.data, id)
        for c, conflict in enumerate(files.data(CONFLICTS)["conflicts"]):
            if id in conflict.get("rules", ()):
                edits.append((CONFLICTS, ("conflicts", c, "rules", conflict["rules"].index(id)), GONE))
        for g, guarantee in enumerate(files.data(GUARANTEES)["guarantees"] if GUARANTEES in files.texts else ()):
            if id in guarantee.get("should", ()):
                edits.append((GUARANTEES, ("guarantees", g, "should", guarantee["should"].index(id)), GONE))
        place = files.documents[name].line(("rules", n))
        yield Mutant("drop-rule", id, "the rule is gone", name, place, tuple(edits))


def _without_carrier(name: str, ledger: Any, id: str) -> Iterator[Edit]:
    for s, section in enumerate(ledger["sections"]):
        for n, statement in enumerate(section["statements"]):
            by = statement.get("by", ())
            if id not in by:
                continue
            at: Where = ("sections", s, "statements", n)
            yield name, (*at, "by"), [one for one in by if one != id]
            if len(by) == 1 and statement["outcome"] == "encoded":
                yield name, (*at, "outcome"), "left_out"
                yield name, (*at, "because"), "Nothing carries it any more."


def bound(files: Files) -> Iterator[Mutant]:
    """A number in a test goes up or down by one."""
    for name, rule, id, inside, field, value in _tests(files):
        numbers = list(re.finditer(r"\d+", str(value))) if _questions(files)[field]["kind"] == "number" else []
        for match in numbers:
            for step in (-1, 1):
                number = int(match[0]) + step
                new = f"{str(value)[: match.start()]}{number}{str(value)[match.end() :]}"
                what = f"{_path(inside)}: {value} -> {new}"
                edit = int(new) if isinstance(value, int) else new
                yield files.mutant("bound", id, what, (name, (*rule, *inside), edit))


def flip_test(files: Files) -> Iterator[Mutant]:
    """A test is turned into another one: its opposite, or the next answer."""
    questions = _questions(files)
    for name, rule, id, inside, field, value in _tests(files):
        many = isinstance(value, list)
        for n, word in enumerate(value) if many else [(None, value)]:
            for new in _flipped(questions[field], word):
                at = (*rule, *inside) if n is None else (*rule, *inside, n)
                if not many or new not in value:
                    yield files.mutant("flip-test", id, f"{_path(inside)}: {word} -> {new}", (name, at, new))


def _flipped(question: Mapping[str, Any], test: Any) -> Iterator[Any]:
    words = [word for word in question.get("answers", {}) if word != "unsure"]
    if question["kind"] == "number":
        for old, new in TURNED.items():
            if re.match(rf"{old} \d", str(test)):
                yield str(test).replace(old, new)
        if test == "unknown":
            yield question["lowest"]
        return
    if question["kind"] == "choice":
        yield _next(test, words) if test in words else words[0]
        return
    kind, _, word = str(test).rpartition(" ")
    if question["risk"] == "shrinking":
        yield word if kind else f"without {word}"
    elif word == "any":
        yield words[0]
        return
    else:
        yield word if kind else f"named {word}"
    if word in words:
        yield f"{kind} {_next(word, words)}".strip()


def drop_clause(files: Files) -> Iterator[Mutant]:
    """One part of an `all` or `any` goes."""
    for name, at, id, where, raw in _conditioned(files):
        for holder, key, parts in _groups(raw, where):
            for place, part in enumerate(parts if len(parts) > 1 else ()):
                what = f"{_path(holder)}.{key} loses {part}"
                yield files.mutant("drop-clause", id, what, (name, (*at, *holder, key, place), GONE))


def swap_any_all(files: Files) -> Iterator[Mutant]:
    """An `all` becomes an `any`, or the other way round."""
    for name, at, id, where, raw in _conditioned(files):
        for holder, key, parts in _groups(raw, where):
            other = "any" if key == "all" else "all"
            what = f"{_path(holder)}: {key} -> {other}"
            yield files.mutant("swap-any-all", id, what, (name, (*at, *holder), {other: parts}))


def lose_word(files: Files) -> Iterator[Mutant]:
    """A word of a list goes: of answers in a test, or of exercises for which advice is said."""
    for name, rule, id, inside, _, value in _tests(files):
        for place, word in enumerate(value if isinstance(value, list) and len(value) > 1 else ()):
            what = f"{_path(inside)} loses {word}"
            yield files.mutant("lose-word", id, what, (name, (*rule, *inside, place), GONE))
    for name, n, whole in files.rules():
        listed = whole["then"].get("with_exercise", ())
        for place, word in enumerate(listed):
            edit = ("rules", n, "then", "with_exercise", *((place,) if len(listed) > 1 else ()))
            yield files.mutant("lose-word", whole["id"], f"then.with_exercise loses {word}", (name, edit, GONE))


def selector(files: Files) -> Iterator[Mutant]:
    """A selector loses a key, a word or a part, has a word changed, or parts of an order are swapped."""
    words = {group: list(raw["words"]) for group, raw in files.data(VOCABULARY).items() if isinstance(raw, dict)}
    words["term"] = list(_terms(files, "exercises"))
    for name, at, id, where, raw in _selecting(files):
        for key, value in raw.items():
            here: Where = (*at, *where, key)
            shown = _path((*where, key))
            if len(raw) > 1:
                yield files.mutant("selector", id, f"{shown} is lost", (name, here, GONE))
            if key == "any_of":
                for place in range(len(value) if len(value) > 1 else 0):
                    what = f"{shown} loses {value[place]}"
                    yield files.mutant("selector", id, what, (name, (*here, place), GONE))
                continue
            known = words.get(key, [])
            for place, word in enumerate(value if isinstance(value, list) else [value]):
                there = (*here, place) if isinstance(value, list) else here
                if isinstance(value, list) and len(value) > 1:
                    yield files.mutant("selector", id, f"{shown} loses {word}", (name, there, GONE))
                new = MILDER.get(word) if key in (*SPINE, "intensity") else None
                new = new or (_next(word, known) if word in known else None)
                if new is not None and (not isinstance(value, list) or new not in value):
                    yield files.mutant("selector", id, f"{shown}: {word} -> {new}", (name, there, new))
    for name, n, rule in files.rules():
        id, at = rule["id"], ("rules", n)
        for key in ("prefer", "defer"):
            parts = rule["then"].get(key, ())
            for place, part in enumerate(parts if len(parts) > 1 else ()):
                where = (*at, "then", key)
                yield files.mutant("selector", id, f"then.{key} loses {part}", (name, (*where, place), GONE))
                if place:
                    swapped = [*parts[: place - 1], part, parts[place - 1], *parts[place + 1 :]]
                    what = f"then.{key}: {part} comes one earlier"
                    yield files.mutant("selector", id, what, (name, where, swapped))


def effect(files: Files) -> Iterator[Mutant]:
    """A rule does something weaker, or the opposite."""
    for name, n, rule in files.rules():
        then, id, at = rule["then"], rule["id"], ("rules", n, "then")
        new: dict[str, Any] | None = None
        if "stop" in then:
            weaker = WEAKER.get(then["stop"])
            new = {**then, "stop": weaker} if weaker else {"ask": "doctor"}
        elif "ask" in then:
            new = {"advise": "care"} if "care" in files.data(OUTCOMES)["advice"] else None
        elif "avoid" in then:
            new = {"defer": [then["avoid"]], "rank": "gentle"}
        elif "prefer" in then:
            new = {"defer": then["prefer"], "rank": then["rank"]}
        elif "defer" in then:
            new = {"prefer": then["defer"], "rank": then["rank"]}
        if new is not None:
            edits: list[Edit] = [(name, at, new)]
            if "short" in rule and "stop" not in new:
                edits.append((name, ("rules", n, "short"), GONE))
            if "unless" in rule and not {"stop", "ask", "avoid"} & set(new):
                edits.append((name, ("rules", n, "unless"), GONE))
            yield files.mutant("effect", id, f"{_short(then)} -> {_short(new)}", *edits)


def _short(then: Mapping[str, Any]) -> str:
    key = next(iter(then))
    return f"{key}: {then[key]}" if isinstance(then[key], str) else key


def unless(files: Files) -> Iterator[Mutant]:
    """What relaxes a rule goes, lets in more people, or is added where nothing relaxed it."""
    for name, n, rule in files.rules():
        id, at = rule["id"], ("rules", n)
        if "unless" in rule:
            yield files.mutant("unless", id, "unless is lost", (name, (*at, "unless"), GONE))
            wider = {"any": [rule["unless"]["when"], {"equipment": "mat"}]}
            yield files.mutant("unless", id, "unless: a mat will do too", (name, (*at, "unless", "when"), wider))
        elif {"stop", "ask", "avoid", "allow_only", "limit"} & set(rule["then"]):
            sources = rule.get("sources") or ["relief-tips/safety"]
            made = {"when": {"cleared_by_clinician": "yes"}, "because": "Someone has looked.", "sources": sources}
            yield files.mutant("unless", id, "unless a clinician cleared it, is added", (name, (*at, "unless"), made))


def word(files: Files) -> Iterator[Mutant]:
    """Whom to see, how soon, whom to ask, the rank of a wish, the heading of advice: another word, or none."""
    outcomes, ranks = files.data(OUTCOMES), files.data(SESSION)["ranks"]
    known = {
        "whom": list(outcomes["whom"]),
        "ask": list(outcomes["whom"]),
        "how_soon": list(outcomes["how_soon"]),
        "rank": list(ranks),
        "advise": list(outcomes["advice"]),
    }
    for name, n, rule in files.rules():
        for key, words in known.items():
            old = rule["then"].get(key)
            if old is None:
                continue
            at: Where = ("rules", n, "then", key)
            for new in dict.fromkeys([_next(old, words), words[words.index(old) - 1]]):
                yield files.mutant("word", rule["id"], f"then.{key}: {old} -> {new}", (name, at, new))
            if key in ("whom", "how_soon"):
                yield files.mutant("word", rule["id"], f"then.{key} is lost", (name, at, GONE))


def narrowing(files: Files) -> Iterator[Mutant]:
    """Advice is no longer narrowed to the routines, steps or doses that it is about."""
    for name, n, rule in files.rules():
        for key in ("with_exercise", "if_routine_has", "on_steps", "not_when_limited"):
            if key in rule["then"]:
                edit = (name, ("rules", n, "then", key), GONE)
                yield files.mutant("narrowing", rule["id"], f"then.{key} is lost", edit)


def fixed(files: Files) -> Iterator[Mutant]:
    """A rule that nothing may relax loses that mark."""
    for name, n, rule in files.rules():
        if rule.get("fixed"):
            edit = (name, ("rules", n, "fixed"), GONE)
            yield files.mutant("fixed", rule["id"], "fixed is lost", edit)


def sources(files: Files) -> Iterator[Mutant]:
    """Two rules that stand below each other swap a source."""
    listed = [(name, n, rule) for name, n, rule in files.rules() if rule.get("sources")]
    for (name, n, one), (other, m, two) in pairwise(listed):
        for first in one["sources"][:1]:
            second = next((at for at in two["sources"] if at not in one["sources"]), None)
            if second is None or first in two["sources"]:
                continue
            swap = [(name, ("rules", n, "sources"), _swapped(one["sources"], first, second))]
            swap.append((other, ("rules", m, "sources"), _swapped(two["sources"], second, first)))
            yield files.mutant("sources", one["id"], f"{first} is swapped with {second} of {two['id']}", *swap)


def _swapped(listed: Sequence[str], old: str, new: str) -> list[str]:
    return [new if at == old else at for at in listed]


# --- exercises and words -----------------------------------------------------------------------


def retag(files: Files) -> Iterator[Mutant]:
    """An exercise is described as milder than it is, or loses a safety word or a thing that it needs."""
    for name, n, exercise in files.exercises():
        id, at = exercise["id"], ("exercises", n)
        for aspect in SPINE:
            old = exercise["spine"][aspect]
            if old in MILDER:
                new = MILDER[old]
                edits: list[Edit] = [(name, (*at, "spine", aspect), new)]
                if new == "none":
                    edits += _combined(files, name, at, exercise, aspect)
                yield files.mutant("retag", id, f"{aspect}: {old} -> {new}", *edits)
        old = exercise["intensity"]
        if old in MILDER:
            edits = [(name, (*at, "intensity"), MILDER[old])]
            if old == "demanding":
                edits.append((name, (*at, "demanding_for"), []))
            yield files.mutant("retag", id, f"intensity: {old} -> {MILDER[old]}", *edits)
        for key in ("patterns", "under_load", "needs", "combined", "programmes", "works"):
            listed = exercise.get(key, ())
            for place, word in enumerate(listed if key != "works" or len(listed) > 1 else ()):
                yield files.mutant("retag", id, f"{key} loses {word}", (name, (*at, key, place), GONE))
        for place, word in enumerate(exercise["equipment"].get("required", ())):
            edit = (name, (*at, "equipment", "required", place), GONE)
            yield files.mutant("retag", id, f"equipment.required loses {word}", edit)


def _combined(files: Files, name: str, at: Where, exercise: Mapping[str, Any], aspect: str) -> Iterator[Edit]:
    """The words that stand only where the spine does this go with it, so that the exercise can be loaded."""
    both = files.data(VOCABULARY)["combined"]["words"]
    kept = [word for word in exercise.get("combined", ()) if aspect not in both[word].get("both", ())]
    if kept != list(exercise.get("combined", ())):
        yield name, (*at, "combined"), kept


def vocabulary(files: Files) -> Iterator[Mutant]:
    """A start position asks less of the body, or a word no longer brings another one."""
    for group, raw in files.data(VOCABULARY).items():
        if not isinstance(raw, dict):
            continue
        for word, said in raw["words"].items():
            for key in ("needs", "implies", "both"):
                for place, lost in enumerate(said.get(key, ()) if isinstance(said, dict) else ()):
                    edit = (VOCABULARY, (group, "words", word, key, place), GONE)
                    yield files.mutant("vocabulary", f"{group}.{word}", f"{key} loses {lost}", edit)


# --- questions, session, outcomes ---------------------------------------------------------------


def risk(files: Files) -> Iterator[Mutant]:
    """The order of risk of a question is shorter, turned or gone; a question is no longer asked afresh."""
    turned = {"upwards": "downwards", "downwards": "upwards", "growing": "none", "shrinking": "none"}
    for n, question in enumerate(files.data(QUESTIONS)["questions"]):
        at: Where = ("questions", n, "risk")
        order, field = question["risk"], question["field"]
        if isinstance(order, list):
            for place in range(len(order) - 1):
                joined = [*order[:place], [*order[place], *order[place + 1]], *order[place + 2 :]]
                what = f"risk: {order[place + 1]} counts like {order[place]}"
                yield files.mutant("risk", field, what, (QUESTIONS, at, joined))
                swapped = [*order[:place], order[place + 1], order[place], *order[place + 2 :]]
                what = f"risk: {order[place + 1]} comes before {order[place]}"
                yield files.mutant("risk", field, what, (QUESTIONS, at, swapped))
            yield files.mutant("risk", field, "risk: none", (QUESTIONS, at, "none"))
        elif order in turned:
            yield files.mutant("risk", field, f"risk: {order} -> {turned[order]}", (QUESTIONS, at, turned[order]))
        if question.get("today"):
            yield files.mutant("risk", field, "today is lost", (QUESTIONS, (*at[:2], "today"), GONE))


def default(files: Files) -> Iterator[Mutant]:
    """What counts when nothing is said is something else; or a question that must be answered gets a default."""
    for n, question in enumerate(files.data(QUESTIONS)["questions"]):
        at: Where = ("questions", n, "default")
        field, old = question["field"], question.get("default")
        if old is None:
            edit = (QUESTIONS, at, question["baseline"])
            yield files.mutant("default", field, f"default: none -> {question['baseline']}", edit)
        elif question["kind"] == "set":
            for place, word in enumerate(old):
                yield files.mutant("default", field, f"default loses {word}", (QUESTIONS, (*at, place), GONE))
            if len(old) < len(question["answers"]):
                more = next(word for word in question["answers"] if word not in old)
                yield files.mutant("default", field, f"default gains {more}", (QUESTIONS, at, [*old, more]))
        else:
            words = list(question.get("answers", ()))
            new = _next(old, words) if words else old + 15
            yield files.mutant("default", field, f"default: {old} -> {new}", (QUESTIONS, at, new))


def session(files: Files) -> Iterator[Mutant]:
    """A number of the session goes up or down, a word of one of its lists goes, or two that are ordered are swapped."""
    data = files.data(SESSION)
    for where, value in _values(data, ()):
        if type(value) is int:
            for step in (-1, 1):
                what = f"{value} -> {value + step}"
                yield files.mutant("session", _path(where), what, (SESSION, where, value + step))
    lists: list[Where] = [("ranks",), ("slots",), ("pass_through",), ("changes",), ("phases",), ("kept_apart",)]
    lists += [("filling", goal) for goal in data["filling"]]
    lists += [("slots", n, "select", key) for n, slot in enumerate(data["slots"]) for key in slot["select"]]
    for where in lists:
        listed = data
        for step in where:
            listed = listed[step]
        for place, item in enumerate(listed if isinstance(listed, list) else ()):
            shown = item.get("id") or item.get("between") if isinstance(item, dict) else item
            yield files.mutant("session", _path(where), f"loses {shown}", (SESSION, (*where, place), GONE))
            if place and where[0] in ("ranks", "slots", "phases"):
                swapped = [*listed[: place - 1], item, listed[place - 1], *listed[place + 1 :]]
                yield files.mutant("session", _path(where), f"{shown} comes one earlier", (SESSION, where, swapped))
    for level, point in data["dose_by_level"].items():
        for new in ("lowest", "middle", "highest"):
            if new != point:
                edit = (SESSION, ("dose_by_level", level), new)
                yield files.mutant("session", f"dose_by_level.{level}", f"{point} -> {new}", edit)


def _values(raw: Any, where: Where) -> Iterator[tuple[Where, Any]]:
    if isinstance(raw, dict | list):
        for key, value in raw.items() if isinstance(raw, dict) else enumerate(raw):
            yield from _values(value, (*where, key))
    else:
        yield where, raw


def outcomes(files: Files) -> Iterator[Mutant]:
    """The outcomes change their order of strength, or show less advice."""
    data = files.data(OUTCOMES)
    strength = data["strength"]
    for place in range(len(strength) - 1):
        order = [*strength[:place], strength[place + 1], strength[place], *strength[place + 2 :]]
        what = f"{strength[place + 1]} is stronger than {strength[place]}"
        yield files.mutant("outcomes", "strength", what, (OUTCOMES, ("strength",), order))
    for name, outcome in data["outcomes"].items():
        for key in ("advice", "statements", "now"):
            for place, item in enumerate(outcome.get(key, ())):
                shown = item if key == "advice" else f"number {place + 1}"
                edit = (OUTCOMES, ("outcomes", name, key, place), GONE)
                yield files.mutant("outcomes", f"{name}.{key}", f"loses {shown}", edit)
    for place, item in enumerate(data["urgent_advice"]):
        edit = (OUTCOMES, ("urgent_advice", place), GONE)
        yield files.mutant("outcomes", "urgent_advice", f"loses {item}", edit)


def progress(files: Files) -> Iterator[Mutant]:
    """The conditions and sources of the rules that read the log are damaged like those of the others.

    What they do, and the steps, are not: nobody here follows a log. tests/progression/test_progress.py does.
    """
    for make in (bound, flip_test, drop_clause, swap_any_all, lose_word, sources):
        for mutant in make(files.of_log()):
            yield replace(mutant, kind="progress", what=f"{mutant.kind}: {mutant.what}")


KINDS: Mapping[str, Kind] = {
    "drop-rule": drop_rule,
    "bound": bound,
    "flip-test": flip_test,
    "drop-clause": drop_clause,
    "swap-any-all": swap_any_all,
    "lose-word": lose_word,
    "selector": selector,
    "effect": effect,
    "unless": unless,
    "word": word,
    "narrowing": narrowing,
    "fixed": fixed,
    "sources": sources,
    "retag": retag,
    "vocabulary": vocabulary,
    "risk": risk,
    "default": default,
    "session": session,
    "outcomes": outcomes,
    "progress": progress,
}


def all_mutants(files: Files, only: str = "") -> list[Mutant]:
    """Every possible damage, of one kind or of all, each once."""
    found = {mutant.id: mutant for kind, make in KINDS.items() if only in ("", kind) for mutant in make(files)}
    return list(found.values())


def sample(mutants: Sequence[Mutant], count: int, seed: int) -> list[Mutant]:
    """So many of them, from every kind in turn; the same for the same seed."""
    chance = random.Random(seed)
    waiting: dict[str, list[Mutant]] = {}
    for mutant in mutants:
        waiting.setdefault(mutant.kind, []).append(mutant)
    for listed in waiting.values():
        chance.shuffle(listed)
    found: list[Mutant] = []
    while len(found) < count and any(waiting.values()):
        for listed in waiting.values():
            if listed and len(found) < count:
                found.append(listed.pop())
    return found
