"""How the package is built: imports run one way, and knowledge stays out of Python."""

from __future__ import annotations

import ast
import tomllib
from pathlib import Path

from recommender import Knowledge
from tests.command_line import ROOT

PACKAGE = ROOT / "recommender"
FILES = sorted(PACKAGE.rglob("*.py"))


def _name(path: Path) -> str:
    parts = ("recommender", *path.relative_to(PACKAGE).with_suffix("").parts)
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _imports(path: Path) -> set[str]:
    """Every module that the file imports at any place, but not for type checkers alone."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    typing_only = {
        id(node)
        for block in ast.walk(tree)
        if isinstance(block, ast.If) and ast.unparse(block.test) == "TYPE_CHECKING"
        for node in ast.walk(block)
    }
    found = set()
    for node in ast.walk(tree):
        if id(node) in typing_only:
            continue
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return found


GRAPH = {_name(path): _imports(path) for path in FILES}


def test_imports_make_no_circle() -> None:
    """No module imports itself by any way round, not even inside a function."""
    state: dict[str, int] = {}

    def visit(name: str, way: tuple[str, ...]) -> None:
        assert state.get(name) != 1, " -> ".join((*way, name))
        if name in state or name not in GRAPH:
            return
        state[name] = 1
        for other in sorted(GRAPH[name]):
            visit(other, (*way, name))
        state[name] = 2

    for name in GRAPH:
        visit(name, ())


def test_one_file_uses_the_rule_engine() -> None:
    """Only ruleset.py imports durable-rules, and only its C module."""
    users = {name: found for name, names in GRAPH.items() if (found := {n for n in names if n.startswith("durable")})}
    assert users == {"recommender.logic.ruleset": {"durable_rules_engine"}}


def test_packages_know_only_those_below_them() -> None:
    """The order of packages in pyproject.toml holds for every import; import-linter looks at those for types too."""
    settings = tomllib.loads((PACKAGE.parent / "pyproject.toml").read_text(encoding="utf-8"))
    layers = settings["tool"]["importlinter"]["contracts"][0]["layers"]
    place = {name: number for number, layer in enumerate(layers) for name in layer.split(" | ")}
    rooms = {name.split(".")[1] for name in GRAPH if "." in name} - {"__main__"}
    assert rooms == set(place)
    above = [
        (name, other)
        for name in GRAPH
        for other in GRAPH[name] & set(GRAPH)
        if min(name.count("."), other.count(".")) > 0 and name != "recommender.__main__"
        if place[other.split(".")[1]] < place[name.split(".")[1]]
    ]
    assert above == []


def test_no_rule_and_no_exercise_stands_in_python(knowledge: Knowledge) -> None:
    """No string of the package is the id of a rule or an exercise: what decides stands in YAML."""
    ids = {*knowledge.numbers, *knowledge.rules_by_id} - {"barbell", "breathing"}  # also kit, and a part of a step
    found = []
    for path in FILES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value in ids:
                found.append(f"{path.name}:{node.lineno}: {node.value}")
    assert found == []


def test_no_word_that_selects_exercises_stands_in_python(knowledge: Knowledge) -> None:
    """Patterns, families, programmes and positions are named in YAML alone."""
    groups = ("patterns", "family", "programme", "start_position", "demanding_for")
    words = {word for group in groups for word in knowledge.vocabulary.words(group)}
    words -= set().union(*(question.words for question in knowledge.questionnaire.questions))  # answers: profile.py
    words -= {"hernia", "pain"}  # a field of the profile, and a word of an answer
    found = []
    for path in FILES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value in words:
                found.append(f"{path.name}:{node.lineno}: {node.value}")
    assert found == []


# The doors through which answers and results come in: a model for callers, and what reads JSON from outside.
DOORS = {"recommender.profile.profile", "recommender.decision.served", "recommender.kept.result"}
OTHERS = ("recommender.knowledge.", "recommender.review.", "recommender.figure.", "recommender.cli.rules.")


def test_results_and_answers_know_pydantic_only_at_the_doors() -> None:
    """Everything from answers to the JSON of a result, and the log, is made of the standard library."""
    users = {name for name, imports in GRAPH.items() if any(of.split(".")[0].startswith("pydantic") for of in imports)}
    assert {name for name in users if not name.startswith(OTHERS)} == DOORS
    assert {name for name, imports in GRAPH.items() if "recommender.profile.profile" in imports} == {
        "recommender.decision.schemas"
    }
