"""Many people at once: files in three formats, interrupted runs, and the same over Spark."""

from __future__ import annotations

import csv
import gzip
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender import Knowledge, ProfileError, recommend, recommend_many
from recommender.cli import main
from recommender.decision.recommendation import Recommendation
from recommender.errors import BatchError, EngineError
from recommender.logic.answers import flatten
from tests.benchmarks.people import people
from tests.command_line import Done, environment, recommender
from tests.conftest import examples, person
from tests.strategies import profiles

pl = pytest.importorskip("polars", reason="polars is missing: pip install '.[batch]'")
pa = pytest.importorskip("pyarrow", reason="pyarrow is missing: pip install '.[batch]'")
pq = pytest.importorskip("pyarrow.parquet", reason="pyarrow is missing: pip install '.[batch]'")

from recommender.batch import decider, parquet_file, run, text_files  # noqa: E402
from recommender.batch.answer_classes import AnswerClasses  # noqa: E402
from recommender.batch.cells import MISSING  # noqa: E402
from recommender.batch.cells import given as given_in  # noqa: E402
from recommender.batch.columns import column_of  # noqa: E402
from recommender.batch.pool import Pool, Serial  # noqa: E402
from recommender.batch.row import COLUMNS, RowMaker  # noqa: E402

Row = dict[str, Any]


# --- helpers ------------------------------------------------------------------------------------


def expected(profile: Any) -> Row:
    """The row of results that `recommend` gives reason for."""
    try:
        result = recommend(profile)
    except ProfileError as error:
        return {"error": " ".join([*error.forced, *map(str, error.faults)])}
    said = [message.text for kind in ("stop", "note") for message in result.messages_of(kind)]
    if result.outcome == "routine":
        said += [message.text for kind in ("ask", "limit") for message in result.messages_of(kind)]
    return {
        "outcome": result.outcome,
        "now": " ".join(result.now),
        "routine": ";".join(step.exercise for step in result.routine),
        "doses": " | ".join(step.dose.text for step in result.routine),
        "seconds": result.seconds,
        "show_to_clinician_first": result.show_to_clinician_first,
        "excluded": ";".join(entry.exercise for entry in result.excluded),
        "rules": {reason.rule for entry in result.excluded for reason in entry.reasons},
        "messages": " | ".join(said),
        "knowledge": result.knowledge.hash,
        "error": None,
    }


def same(row: Row, profile: Any) -> None:
    """Hold a row of results against `recommend`."""
    wanted = expected(profile)
    rules = wanted.pop("rules", None)
    assert {name: row[name] for name in wanted} == wanted
    if rules is not None:
        assert set(filter(None, row["reasons"].split(";"))) == rules
    else:
        assert all(row[name] is None for name in COLUMNS if name not in ("error", "knowledge"))


def flat(profile: Row) -> Row:
    return flatten(profile, Knowledge.shipped().table.questions)


def as_words(profile: Row) -> Row:
    """A profile as cells of CSV."""
    return {name: (";".join(v) or "none") if isinstance(v, list) else v for name, v in flat(profile).items()}


def fields() -> list[str]:
    return list(Knowledge.shipped().table.questions)


def write_csv(path: Path, rows: list[Row], separator: str = ",", names: list[str] | None = None) -> Path:
    names = names or ["id", *fields(), "note"]
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, names, delimiter=separator, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return path


def write_lines(path: Path, rows: list[Row]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def write_parquet(path: Path, rows: list[Row]) -> Path:
    """A Parquet file; numbers that may be unknown are text, as in tables that people make."""
    questions = Knowledge.shipped().table.questions
    columns: dict[str, Any] = {"id": pa.array([row["id"] for row in rows])}
    for name, question in questions.items():
        cells = [flat({k: v for k, v in row.items() if k not in ("id", "note")}).get(name) for row in rows]
        if question.kind == "set":
            columns[name] = pa.array(cells, pa.list_(pa.string()))
        elif question.kind == "number" and not question.unknown:
            columns[name] = pa.array(cells, pa.int64())
        else:
            columns[name] = pa.array([None if cell is None else str(cell) for cell in cells], pa.string())
    columns["note"] = pa.array([row.get("note") for row in rows], pa.string())
    pq.write_table(pa.table(columns), path, row_group_size=7)
    return path


def read(path: Path) -> list[Row]:
    if path.suffix == ".parquet":
        return list(pq.read_table(path).to_pylist())
    if path.suffix == ".jsonl":
        return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    with path.open(newline="", encoding="utf-8") as stream:
        return [_typed(row) for row in csv.DictReader(stream, delimiter=_separator(path))]


def _separator(path: Path) -> str:
    return max(",;\t", key=path.read_text(encoding="utf-8").splitlines()[0].count)


def _typed(row: Row) -> Row:
    """A row of CSV with the types of the other formats."""
    cells = {name: row[name] or None for name in COLUMNS}
    if cells["outcome"]:
        cells |= {name: cells[name] or "" for name in ("now", "routine", "doses", "excluded", "reasons", "messages")}
        cells["seconds"] = int(cells["seconds"])
        cells["show_to_clinician_first"] = cells["show_to_clinician_first"] == "true"
    return {**row, **cells}


def done(source: Path, output: Path, **more: Any) -> list[Row]:
    """Run in this process, and read what came out."""
    form, packed = run.format_of(source, None)
    run.run(run.Job(source, output, form, packed, **more), Knowledge.shipped())
    return read(output)


@pytest.fixture
def command(capfd: pytest.CaptureFixture[str]) -> Callable[..., Done]:
    """Give what runs `recommender batch` in this process, which is much quicker than in one of its own."""

    def run_it(*arguments: str | Path) -> Done:
        with pytest.raises(SystemExit) as ended:
            main(["batch", *map(str, arguments)])
        return Done(int(ended.value.code or 0), *capfd.readouterr())

    return run_it


@pytest.fixture(scope="module")
def some() -> list[Row]:
    """People, some of them twice, each with an id and a note."""
    found = people(40, Knowledge.shipped(), seed=3)
    rows = [*found, *found[:25], *found[5:10]]
    return [{"id": number, **row, "note": f'no. {number}, "so"'} for number, row in enumerate(rows)]


def profile_of(row: Row) -> Row:
    return {name: value for name, value in row.items() if name not in ("id", "note")}


# --- the same as recommend ----------------------------------------------------------------------


@pytest.fixture(scope="module")
def maker() -> RowMaker:
    return RowMaker(Knowledge.shipped())


@examples(200)
@given(profile=profiles())
def test_a_row_says_the_same_as_recommend(maker: RowMaker, profile: Row) -> None:
    """Outcome, exercises, doses, times, what is excluded and by which rules, and every message that must be said."""
    answers = flat(profile)
    row = maker.row([answers.get(field, MISSING) for field in maker.fields])
    same(dict(zip(COLUMNS, row, strict=True)), profile)


@given(profile=profiles(), data=st.data())
def test_a_faulty_row_says_the_same_as_recommend(maker: RowMaker, profile: Row, data: st.DataObject) -> None:
    """Missing and wrong answers end in the error of `recommend`, with what the others already demand."""
    answers = flat(profile)
    for name in data.draw(st.lists(st.sampled_from(sorted(answers)), unique=True, max_size=3)):
        value = data.draw(st.sampled_from([MISSING, None, "maybe", 1.5, True, -1, ["maybe"], [], {"a": 1}]))
        answers[name] = value
    row = maker.row([answers.get(field, MISSING) for field in maker.fields])
    given_answers = {name: value for name, value in answers.items() if value is not MISSING}
    same(dict(zip(COLUMNS, row, strict=True)), given_answers)


@examples(200)
@given(first=profiles(), second=profiles(), data=st.data())
def test_profiles_of_one_class_have_one_decision(maker: RowMaker, first: Row, second: Row, data: st.DataObject) -> None:
    """Answers that count as alike never differ in anything that a row says."""
    classes = AnswerClasses(Knowledge.shipped(), exact=False)
    one, other = flat(first), flat(second)
    for name in data.draw(st.permutations(sorted(one))):
        if name in other and classes.number(name, one[name]) == classes.number(name, other[name]):
            changed = {**one, name: other[name]}
            rows = [maker.row([answers.get(field, MISSING) for field in maker.fields]) for answers in (one, changed)]
            assert rows[0] == rows[1], name


def test_ages_between_two_bounds_are_one_class() -> None:
    """A population has some classes of age, not a hundred, unless the whole result with its answers is wanted."""
    numbers = {exact: AnswerClasses(Knowledge.shipped(), exact=exact) for exact in (False, True)}
    assert len({numbers[False].number("age", age) for age in range(121)}) < 20
    assert len({numbers[True].number("age", age) for age in range(121)}) == 121


# --- recommend_many -----------------------------------------------------------------------------


def test_each_profile_has_its_result_or_its_error() -> None:
    """Results come in the order of the profiles, and a faulty one does not end the others."""
    found = list(
        recommend_many([person(age=30), {"age": "old"}, person(age=30), person(emergency_signs=["both_legs"])])
    )
    assert isinstance(found[1], ProfileError)
    assert found[0] == found[2] == recommend(person(age=30))
    assert isinstance(found[3], Recommendation)
    assert found[3].outcome == "emergency"
    assert found[0] is found[2]


def test_profiles_are_read_one_by_one() -> None:
    """An endless source of profiles works."""

    def endless() -> Iterator[Row]:
        while True:
            yield person()

    answers = recommend_many(endless())
    assert next(answers) == next(answers)


def test_a_fault_of_the_engine_is_that_rows_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """An engine that cannot be trusted gives no routine to anyone, and says so for each."""

    def fail(self: Any, profile: Any) -> Any:
        raise EngineError("The engine failed. No routine is given.")

    monkeypatch.setattr("recommender.decision.pipeline.Recommender.recommend", fail)
    assert [type(answer) for answer in recommend_many([person(), person()])] == [EngineError, EngineError]


def test_something_that_is_no_knowledge_is_refused_at_once() -> None:
    """The mistake shows before any profile is read."""
    with pytest.raises(TypeError, match="knowledge is a str"):
        recommend_many([], knowledge="rules")  # type: ignore[arg-type]


# --- files --------------------------------------------------------------------------------------


def test_rows_in_are_rows_out_in_each_format(tmp_path: Path, some: list[Row]) -> None:
    """Order, doubles and the user's own columns are kept, and the three formats say the same."""
    words = [{**as_words(profile_of(row)), "id": row["id"], "note": row["note"]} for row in some]
    found = [
        done(write_csv(tmp_path / "in.csv", words), tmp_path / "out.csv"),
        done(write_lines(tmp_path / "in.jsonl", some), tmp_path / "out.jsonl"),
        done(write_parquet(tmp_path / "in.parquet", some), tmp_path / "out.parquet"),
    ]
    for rows in found:
        assert [int(row["id"]) for row in rows] == [row["id"] for row in some]
        assert [row["note"] for row in rows] == [row["note"] for row in some]
        for row, wanted in zip(rows, some, strict=True):
            same(row, profile_of(wanted))
    assert not list(tmp_path.glob("*.parts"))


def test_the_columns_of_parquet_come_back_with_their_types(
    tmp_path: Path, some: list[Row], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Durations, time zones, nested columns and words stay what they were; results are plain text."""
    table = pq.read_table(write_parquet(tmp_path / "a.parquet", some))
    position = pa.StructArray.from_arrays(
        [table[f"pain_position.{part}"].combine_chunks() for part in ("lying", "standing", "sitting")],
        ["lying", "standing", "sitting"],
    )
    table = table.drop_columns([name for name in table.schema.names if "." in name])
    table = table.append_column("pain_position", position)
    stay = pa.array([number * 1000 for number in range(len(some))], pa.duration("s"))
    table = table.append_column("stay", stay)
    table = table.append_column("seen", stay.cast(pa.int64()).cast(pa.timestamp("ms", "Europe/Vienna")))
    table = table.append_column("ward", pa.array(["a", None] * (len(some) // 2)).dictionary_encode())
    pq.write_table(table.replace_schema_metadata({"made": "here"}), tmp_path / "in.parquet")
    monkeypatch.setattr(parquet_file, "CHUNK_ROWS", 9)
    for commit_seconds in (1000.0, 0.0):  # in one part and in several, which are copied into one
        monkeypatch.setattr(run, "COMMIT_SECONDS", commit_seconds)
        monkeypatch.setattr(run, "COMMIT_SHARE", 0)
        done(tmp_path / "in.parquet", tmp_path / "out.parquet", force=True)
        out = pq.read_table(tmp_path / "out.parquet")
        names = table.schema.names
        assert out.select(names).cast(table.schema).equals(table)
        assert [out.schema.field(name).type for name in names] == [table.schema.field(name).type for name in names]
        assert out.schema.metadata == {b"made": b"here"}
        assert out.schema.field("routine").type == pa.string()
        assert pl.read_parquet(tmp_path / "out.parquet")["outcome"].to_list() == out["outcome"].to_pylist()
        for row, wanted in zip(out.to_pylist(), some, strict=True):
            same(row, profile_of(wanted))


def test_faulty_rows_carry_their_errors(tmp_path: Path) -> None:
    """Missing, unknown and impossible answers, and rows that cannot be read, have an error and no routine."""
    good = json.dumps({"id": 1, **person()})
    lines = [
        good,
        json.dumps({"id": 2, **person(emergency_signs=["both_legs", "odd"])}),
        json.dumps({"id": 3, **{k: v for k, v in person().items() if k != "hernia"}}),
        json.dumps({"id": 4, **person(), "hernias": "no"}).replace('"hernia":', '"herniae":'),
        "not JSON at all",
        "[1, 2]",
        good[:-1] + ', "age": 20}',
        "",
        json.dumps({"id": 5, **person(), "pain_position": "worse"}),
        json.dumps({"id": 6, **person(), "pain_position.lying": "worse"}),
        json.dumps({"id": 7, **person(), "age": "40"}),
        '{"id": "\\ud800"}',
        good,
    ]
    (tmp_path / "in.jsonl").write_text("\n".join(lines), encoding="utf-8")
    rows = done(tmp_path / "in.jsonl", tmp_path / "out.jsonl")
    assert len(rows) == 12
    assert [row["error"] is None for row in rows] == [True] + [False] * 10 + [True]
    assert all(row["outcome"] is None and row["routine"] is None for row in rows if row["error"])
    assert rows[1]["error"].startswith("Get emergency care now.")
    assert "hernia: no answer" in rows[2]["error"]
    assert "herniae: this is no field" in rows[3]["error"]
    assert rows[4]["unreadable"] == "not JSON at all"
    assert "a key stands there twice" in rows[6]["error"]
    assert "two places" in rows[8]["error"]
    assert '"40" is no whole number' in rows[9]["error"]


def test_ragged_rows_of_csv_are_never_read_with_shifted_answers(tmp_path: Path) -> None:
    """A row with a cell too many or too few, or bytes that are no text, has an error; those around it do not."""
    names = ["id", *fields()]
    good = {"id": 1, **as_words(person())}
    path = write_csv(tmp_path / "in.csv", [good] * 6, names=names)
    lines = path.read_bytes().splitlines()
    lines[2] += b",one more"
    lines[3] = lines[3].rpartition(b",")[0]
    lines[4] = lines[4].replace(b"1,", b"\xff,", 1)
    path.write_bytes(b"\n".join(lines) + b"\n\n")
    rows = done(path, tmp_path / "out.csv")
    assert [bool(row["error"]) for row in rows] == [False, True, True, True, False, False]
    assert "cells" in rows[1]["error"]
    assert "cells" in rows[2]["error"]
    assert "UTF-8" in rows[3]["error"]


def test_csv_may_use_semicolons_and_spaces(tmp_path: Path, some: list[Row]) -> None:
    """The separator is found out and kept; words of a set may stand apart by spaces; whole numbers may end in .0."""
    words = [{n: str(c).replace(";", " ") for n, c in as_words(profile_of(row)).items()} for row in some]
    words = [{**row, "age": f"{row['age']}.0"} for row in words]
    rows = done(write_csv(tmp_path / "in.csv", words, ";", fields()), tmp_path / "out.csv")
    for row, wanted in zip(rows, some, strict=True):
        same(row, profile_of(wanted))


def test_no_words_and_no_answer_differ_in_csv(tmp_path: Path) -> None:
    """`none` is an empty set, and an empty cell is no answer."""
    row = as_words(person())
    found = done(write_csv(tmp_path / "a.csv", [row, {**row, "medical_signs": ""}], names=fields()), tmp_path / "b.csv")
    assert found[0]["outcome"] == "routine"
    assert found[1]["error"].startswith("medical_signs: no answer")


def test_text_may_be_packed(tmp_path: Path, some: list[Row]) -> None:
    """With .gz the output is packed too."""
    plain = write_lines(tmp_path / "in.jsonl", some)
    (tmp_path / "in.jsonl.gz").write_bytes(gzip.compress(plain.read_bytes()))
    run.run(run.Job(tmp_path / "in.jsonl.gz", tmp_path / "o.jsonl.gz", "jsonl", True), Knowledge.shipped())
    wanted = done(plain, tmp_path / "o.jsonl")
    packed = gzip.decompress((tmp_path / "o.jsonl.gz").read_bytes())
    assert [json.loads(line) for line in packed.splitlines()] == wanted


def test_the_whole_result_is_there_on_request(tmp_path: Path, some: list[Row]) -> None:
    """`full` adds what `recommend` gives, with this person's own answers."""
    rows = done(write_lines(tmp_path / "in.jsonl", some), tmp_path / "out.jsonl", full=True)
    for row, wanted in zip(rows, some, strict=True):
        assert Recommendation.model_validate_json(row["result"]) == recommend(profile_of(wanted))


@pytest.mark.parametrize("suffix", ["csv", "jsonl", "parquet"])
def test_a_file_without_rows_gives_one_without_rows(tmp_path: Path, suffix: str) -> None:
    """The columns are there all the same."""
    source, output = tmp_path / f"in.{suffix}", tmp_path / f"out.{suffix}"
    if suffix == "csv":
        write_csv(source, [])
    elif suffix == "jsonl":
        source.write_text("", encoding="utf-8")
    else:
        full = pq.read_table(write_parquet(tmp_path / "x.parquet", [{"id": 1, **person()}]))
        pq.write_table(full.slice(0, 0), source)
    assert done(source, output) == []
    if suffix == "parquet":
        assert pq.read_schema(output).names[-len(COLUMNS) :] == list(COLUMNS)


def test_pieces_and_blocks_of_any_size_give_the_same(
    tmp_path: Path, some: list[Row], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where a chunk ends, what is remembered, and how often the output is secured change nothing."""
    words = [{**as_words(profile_of(row)), "id": row["id"], "note": "a\nb"} for row in some]
    sources = [write_csv(tmp_path / "i.csv", words), write_lines(tmp_path / "i.jsonl", some)]
    sources.append(write_parquet(tmp_path / "i.parquet", some))
    wanted = [done(source, tmp_path / f"whole{source.suffix}") for source in sources]
    monkeypatch.setattr(text_files, "CHUNK_BYTES", 700)
    monkeypatch.setattr(parquet_file, "CHUNK_ROWS", 6)
    monkeypatch.setattr(decider, "MOST_GROUPS", 2)
    monkeypatch.setattr(decider, "MOST_SLOTS", 3)
    monkeypatch.setattr(run, "COMMIT_SECONDS", 0.0)
    monkeypatch.setattr(run, "COMMIT_SHARE", 0)
    assert [done(source, tmp_path / f"parts{source.suffix}") for source in sources] == wanted


def test_more_different_answers_than_are_kept_are_no_fault(
    tmp_path: Path, some: list[Row], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A column of answers that holds rubbish, different in each row, takes longer and gives errors."""
    monkeypatch.setattr("recommender.batch.answer_classes.MOST", 24)
    monkeypatch.setattr(decider, "ROWS_APART", 20)
    rows = [{**row, "hernia": f"rubbish {row['id']}"} if row["id"] % 3 else row for row in some]
    found = done(write_lines(tmp_path / "in.jsonl", rows), tmp_path / "out.jsonl")
    for row, wanted in zip(found, rows, strict=True):
        same(row, profile_of(wanted))


@given(
    st.lists(st.none() | st.lists(st.none() | st.sampled_from("abcdefghijkl"), max_size=20), max_size=30), st.booleans()
)
def test_columns_of_lists_are_coded_without_loss(cells: list[Any], cut: bool) -> None:
    """Whatever the lengths and words, and in a part of a longer column too."""
    question = Knowledge.shipped().table.questions["conditions"]
    array = pa.array([["z"], *cells], pa.list_(pa.string())).slice(1 if cut else 0)
    column = column_of(array, question)
    found = [column.values[code] for code in column.codes]
    assert found == [given_in(cell, question) for cell in ([] if cut else [["z"]]) + cells]


# --- what goes wrong ----------------------------------------------------------------------------


def test_a_column_that_is_missing_or_misspelled_is_named(tmp_path: Path) -> None:
    """Nothing is written, and the message says which column could be meant."""
    row = as_words(person())
    row["Emergency signs"] = row.pop("emergency_signs")
    row["can_not"] = row.pop("cannot")
    del row["hernia"]
    source = write_csv(tmp_path / "in.csv", [row], names=list(row))
    ended = recommender("batch", source, tmp_path / "out.csv")
    assert ended.code == 1
    assert 'no column "emergency_signs". Is it "Emergency signs"?' in ended.err
    assert 'no column "cannot". Is it "can_not"?' in ended.err
    assert 'no column "hernia"' in ended.err
    assert [path.name for path in tmp_path.iterdir()] == ["in.csv"]


def test_columns_with_the_names_of_results_need_a_prefix(tmp_path: Path) -> None:
    """The user's own column `error` stays as it is."""
    row = {**as_words(person()), "error": "mine"}
    source = write_csv(tmp_path / "in.csv", [row], names=list(row))
    with pytest.raises(BatchError, match="--prefix"):
        done(source, tmp_path / "out.csv")
    run.run(run.Job(source, tmp_path / "out.csv", "csv", prefix="rec_"), Knowledge.shipped())
    with (tmp_path / "out.csv").open(encoding="utf-8") as stream:
        found = next(csv.DictReader(stream))
    assert (found["error"], found["rec_error"], found["rec_outcome"]) == ("mine", "", "routine")


def test_a_carried_column_may_look_like_a_field(tmp_path: Path) -> None:
    """With --carry it is the user's own."""
    row = as_words(person())
    del row["level"]
    row["levels"] = "3"
    source = write_csv(tmp_path / "in.csv", [row], names=list(row))
    with pytest.raises(BatchError, match="--carry"):
        done(source, tmp_path / "out.csv")
    assert done(source, tmp_path / "out.csv", own=("levels",))[0]["levels"] == "3"


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("in.parquet", b"no Parquet", "cannot be read as Parquet"),
        ("in.csv", b"", "no line of names"),
        ("in.csv", b"\xff\xfe\n", "not UTF-8"),
        ("in.csv.gz", b"no gzip", "cannot be read"),
        ("in.xlsx", b"", "format"),
    ],
)
def test_a_file_that_cannot_be_read_is_named(
    tmp_path: Path, name: str, content: bytes, said: str, command: Callable[..., Done]
) -> None:
    """One clear line, exit code 1, and nothing is written."""
    (tmp_path / name).write_bytes(content)
    ended = command(tmp_path / name, tmp_path / f"out.{name.partition('.')[2]}")
    assert (ended.code, ended.out) == (1, "")
    assert said in ended.err
    assert "fault" not in ended.err
    assert len(list(tmp_path.iterdir())) == 1


def test_an_output_that_is_there_is_kept(tmp_path: Path, some: list[Row], command: Callable[..., Done]) -> None:
    """Only --fresh or --force replaces it, and only with a whole one."""
    source = write_lines(tmp_path / "in.jsonl", some)
    output = tmp_path / "out.jsonl"
    output.write_text("precious", encoding="utf-8")
    ended = command(source, output, "--jobs", "1")
    assert ended.code == 1
    assert output.read_text(encoding="utf-8") == "precious"
    assert "--force" in ended.err
    for consent in ("--fresh", "--force"):
        output.write_text("precious", encoding="utf-8")
        assert command(source, output, consent, "--jobs", "1").code == 0
        assert len(read(output)) == len(some)


def test_the_command_says_what_it_did(tmp_path: Path, some: list[Row]) -> None:
    """With two processes, the rows by outcome stand on stderr and nothing on stdout."""
    source = write_parquet(tmp_path / "in.parquet", some)
    ended = recommender("batch", source, tmp_path / "out.parquet", "--jobs", "2")
    assert (ended.code, ended.out) == (0, "")
    assert f"{len(some)} rows" in ended.err
    for row, wanted in zip(read(tmp_path / "out.parquet"), some, strict=True):
        same(row, profile_of(wanted))


def nobody() -> tuple[Any, ...]:
    """A row without any answer, as it is given to a process."""
    return (MISSING,) * (1 + len(fields()))


def test_a_process_that_dies_ends_the_run_with_a_hint(tmp_path: Path, some: list[Row]) -> None:
    """Whether it dies at work or between two requests; nothing hangs, and no row is given."""
    for killed_first in (True, False):
        with Pool(Knowledge.shipped(), 1 if killed_first else 2) as pool:
            assert len(pool.decide([nobody()] * 3)) == 3
            worker = next(iter(pool._executor._processes))
            if killed_first:
                os.kill(worker, signal.SIGKILL)
            else:
                threading.Timer(0.2, os.kill, (worker, signal.SIGKILL)).start()
            with pytest.raises(BatchError, match="go on"):
                pool.decide([nobody()] * 100_000)
            with pytest.raises(BatchError, match="go on"):
                pool.decide([nobody()])


def test_processes_end_with_the_one_that_started_them() -> None:
    """A run that is killed leaves none behind."""
    program = (
        "import os, signal; from recommender import Knowledge; from recommender.batch.pool import Pool\n"
        f"pool = Pool(Knowledge.shipped(), 1); pool.decide([(...,) * {len(nobody())}])\n"
        "print(*pool._executor._processes, flush=True); os.kill(os.getpid(), signal.SIGKILL)"
    )
    ended = subprocess.run([sys.executable, "-c", program], env=environment(), stdout=subprocess.PIPE, check=False)
    assert ended.returncode == -signal.SIGKILL
    (worker,) = map(int, ended.stdout.split())
    for _ in range(200):
        if not (Path("/proc") / str(worker)).exists() or "\nState:\tZ" in _status(worker):
            return
        time.sleep(0.05)
    os.kill(worker, signal.SIGKILL)
    raise AssertionError("the process that decides is still there")


def _status(process: int) -> str:
    try:
        return (Path("/proc") / str(process) / "status").read_text(encoding="utf-8")
    except OSError:
        return "\nState:\tZ"


def test_other_rules_than_those_of_the_run_give_no_row() -> None:
    """Rules that were changed while a process started, or cannot be read there, end the run."""
    knowledge = Knowledge.shipped()
    for folder, hash in ((knowledge.folder, "another"), (knowledge.folder / "absent", knowledge.hash)):
        with Pool(knowledge, 1) as deciding:
            deciding._executor._initargs = (folder, hash, False)
            with pytest.raises(BatchError, match="rules were changed"):
                deciding.decide([nobody()])


# --- interrupted runs ---------------------------------------------------------------------------


class Stop(BaseException):
    """Stands for whatever ends a run."""


@pytest.mark.parametrize("suffix", ["csv", "jsonl", "parquet", "csv.gz"])
def test_an_interrupted_run_goes_on(
    tmp_path: Path, some: list[Row], suffix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What comes out is byte for byte (Parquet: row for row) what one run gives, whatever was half written."""
    words = [{**as_words(profile_of(row)), "id": row["id"], "note": row["note"]} for row in some]
    source = tmp_path / f"in.{suffix}"
    if suffix == "parquet":
        write_parquet(source, some)
    elif suffix == "jsonl":
        write_lines(source, some)
    else:
        write_csv(tmp_path / "in.csv", words)
        if suffix == "csv.gz":
            source.write_bytes(gzip.compress((tmp_path / "in.csv").read_bytes()))
    monkeypatch.setattr(text_files, "CHUNK_BYTES", 1000)
    monkeypatch.setattr(parquet_file, "CHUNK_ROWS", 9)
    monkeypatch.setattr(run, "COMMIT_SECONDS", 0.0)
    monkeypatch.setattr(run, "COMMIT_SHARE", 0)
    form, packed = run.format_of(source, None)
    job = run.Job(source, tmp_path / f"out.{suffix}", form, packed)
    whole = run.Job(source, tmp_path / f"whole.{suffix}", form, packed)
    assert run.run(whole, Knowledge.shipped()).rows == len(some)
    for stop in (2, 1, 3):
        heard = []

        def report(share: float, rows: int, stop: int = stop, heard: list[int] = heard) -> None:
            heard.append(rows)
            if len(heard) == stop:
                raise Stop

        with pytest.raises(Stop):
            run.run(job, Knowledge.shipped(), report)
        assert not job.output.exists()
        folder = tmp_path / f"out.{suffix}.parts"
        kept = json.loads((folder / "state.json").read_text(encoding="utf-8"))["done"]
        assert kept["rows"] == heard[-1], "what was reported is kept"
        for name in ("data", f"part-{len(kept['parts'])}"):
            with (folder / name).open("ab") as stream:
                stream.write(b"half a row")
    summary = run.run(job, Knowledge.shipped())
    assert 0 < summary.before < summary.rows == len(some)
    assert sum(summary.counts.values()) == len(some)
    if suffix == "parquet":
        assert pq.read_table(job.output).equals(pq.read_table(whole.output))
    elif suffix == "csv.gz":
        assert gzip.decompress(job.output.read_bytes()) == gzip.decompress(whole.output.read_bytes())
    else:
        assert job.output.read_bytes() == whole.output.read_bytes()
    assert not (tmp_path / f"out.{suffix}.parts").exists()


@pytest.mark.parametrize("suffix", ["jsonl", "parquet"])
def test_a_run_that_fails_within_a_chunk_repeats_no_row(
    tmp_path: Path, some: list[Row], suffix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rows of a chunk that was begun are written already, and do not count."""
    source = (write_lines if suffix == "jsonl" else write_parquet)(tmp_path / f"in.{suffix}", some)
    wanted = done(source, tmp_path / f"whole.{suffix}")
    monkeypatch.setattr(decider, "MOST_GROUPS", 2)
    monkeypatch.setattr(text_files, "CHUNK_BYTES", 30_000)
    monkeypatch.setattr(parquet_file, "CHUNK_ROWS", 30)
    decide = Serial.decide
    for calls in (3, 12, 9):
        left = iter(range(calls))

        def decides(self: Any, people: Any, left: Iterator[int] = left) -> Any:
            if next(left, None) is None:
                raise Stop
            return decide(self, people)

        monkeypatch.setattr(Serial, "decide", decides)
        with pytest.raises(Stop):
            done(source, tmp_path / f"out.{suffix}")
    monkeypatch.setattr(Serial, "decide", decide)
    assert done(source, tmp_path / f"out.{suffix}") == wanted


def test_another_input_or_other_options_do_not_go_on(tmp_path: Path, some: list[Row]) -> None:
    """The message says what differs, and the interrupted run is kept until --fresh."""

    def report(share: float, rows: int) -> None:
        raise Stop

    source = write_lines(tmp_path / "in.jsonl", some)
    output = tmp_path / "out.jsonl"
    with pytest.raises(Stop):
        run.run(run.Job(source, output, "jsonl"), Knowledge.shipped(), report)
    with pytest.raises(BatchError, match="differs in: the columns"):
        run.run(run.Job(source, output, "jsonl", prefix="x_"), Knowledge.shipped())
    write_lines(source, some[:3])
    with pytest.raises(BatchError, match="differs in: the input"):
        run.run(run.Job(source, output, "jsonl"), Knowledge.shipped())
    assert (tmp_path / "out.jsonl.parts").exists()
    assert len(done(source, output, fresh=True)) == 3


def test_two_runs_do_not_write_one_output(tmp_path: Path, some: list[Row]) -> None:
    """The second one is refused while the first is at work."""
    source = write_lines(tmp_path / "in.jsonl", some)
    job = run.Job(source, tmp_path / "out.jsonl", "jsonl")

    def report(share: float, rows: int) -> None:
        with pytest.raises(BatchError, match="Another run"):
            run.run(job, Knowledge.shipped())

    assert run.run(job, Knowledge.shipped(), report).rows == len(some)


def big(path: Path) -> Path:
    """A file of three chunks."""
    rows = [{"id": number, **row} for number, row in enumerate(people(60, Knowledge.shipped(), risk=0.2))]
    return write_parquet(path, rows)


def begun(arguments: list[str], folder: Path, **more: Any) -> subprocess.Popen[bytes]:
    """A run that has secured some rows, and is still at work."""
    program = """
import sys, time
from recommender.batch import checkpoint, parquet_file, run
from recommender.cli import main
run.COMMIT_SECONDS = run.COMMIT_SHARE = 0
parquet_file.CHUNK_ROWS = 20
kept = checkpoint.Parts.commit
def commit(self, done):
    kept(self, done)
    time.sleep(1)  # so that a signal comes before the end on a quick machine too
checkpoint.Parts.commit = commit
main(sys.argv[1:])
"""
    command = [sys.executable, "-c", program, "batch", *arguments, "--jobs", "1"]
    process = subprocess.Popen(command, env=environment(), stderr=subprocess.PIPE, cwd=folder, **more)
    state = folder / "out.parquet.parts" / "state.json"
    for _ in range(600):
        if state.exists() and json.loads(state.read_text(encoding="utf-8"))["done"]["rows"]:
            return process
        time.sleep(0.05)
    process.kill()
    raise AssertionError(process.communicate())


@pytest.mark.parametrize(("number", "code"), [(signal.SIGKILL, -signal.SIGKILL), (signal.SIGINT, 130)])
def test_a_killed_process_leaves_what_the_next_one_goes_on_with(
    tmp_path: Path, number: int, code: int, command: Callable[..., Done]
) -> None:
    """After a kill no output stands there; after Ctrl-C the command says how to go on; then all rows come out."""
    source = big(tmp_path / "in.parquet")
    process = begun(["in.parquet", "out.parquet"], tmp_path)
    process.send_signal(number)
    said = process.communicate()[1].decode()
    assert process.returncode == code
    assert not (tmp_path / "out.parquet").exists()
    assert ("goes on from here" in said) == (number == signal.SIGINT)
    ended = command(source, tmp_path / "out.parquet", "--jobs", "1")
    assert ended.code == 0, ended.err
    assert "in an earlier run" in ended.err
    out = pq.read_table(tmp_path / "out.parquet")
    assert out["id"].to_pylist() == list(range(60))
    assert out["error"].null_count == 60


def test_a_full_disk_ends_in_one_line_and_can_be_gone_on_from(
    tmp_path: Path, some: list[Row], command: Callable[..., Done]
) -> None:
    """The output does not stand there by half; with room again, the same command ends the work."""
    rows = [{**row, "note": os.urandom(20_000).hex()} for row in some]
    source = write_lines(tmp_path / "in.jsonl", rows)

    def little_room() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (500_000, 500_000))

    limited = [sys.executable, "-m", "recommender", "batch", str(source), str(tmp_path / "out.jsonl"), "--jobs", "1"]
    ended = subprocess.run(limited, env=environment(), capture_output=True, preexec_fn=little_room, check=False)
    assert ended.returncode == 1
    assert b"no room left" in ended.stderr
    assert len(ended.stderr.splitlines()) == 1
    assert not (tmp_path / "out.jsonl").exists()
    assert command(source, tmp_path / "out.jsonl", "--jobs", "1").code == 0
    assert len(read(tmp_path / "out.jsonl")) == len(some)


# --- Spark --------------------------------------------------------------------------------------


@pytest.mark.filterwarnings("ignore")
def test_spark_gives_the_same_rows(tmp_path: Path, some: list[Row], monkeypatch: pytest.MonkeyPatch) -> None:
    """A table of Spark has the same results as the file that it was read from, with several partitions."""
    pyspark = pytest.importorskip("pyspark", reason="pyspark is missing: pip install '.[spark]'")
    if shutil.which("java") is None:
        pytest.skip("Spark needs Java, and there is none here")
    from pyspark.sql import SparkSession

    from recommender.batch.spark import recommend_dataframe

    assert pyspark.__version__
    for name, value in environment(PYTHONWARNINGS="ignore", PYSPARK_PYTHON=sys.executable).items():
        monkeypatch.setenv(name, value)
    source = write_parquet(tmp_path / "in.parquet", some)
    wanted = done(source, tmp_path / "out.parquet")
    builder = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false")
    session = builder.config("spark.sql.shuffle.partitions", "2").config("spark.driver.host", "127.0.0.1").getOrCreate()
    try:
        frame = session.read.parquet(str(source)).repartition(3)
        found = [row.asDict() for row in recommend_dataframe(frame).collect()]
        with pytest.raises(BatchError, match="hernia"):
            recommend_dataframe(frame.drop("hernia"))
    finally:
        session.stop()
    assert sorted(found, key=lambda row: row["id"]) == wanted


def test_importing_the_package_imports_no_table_library() -> None:
    """`import recommender` and `recommend_many` stay as light as they were."""
    program = (
        "import sys, recommender; recommender.recommend_many; print({'polars', 'pyarrow', 'numpy'} & set(sys.modules))"
    )
    found = subprocess.run([sys.executable, "-c", program], env=environment(), capture_output=True, check=True)
    assert found.stdout.decode().strip() == "set()"
