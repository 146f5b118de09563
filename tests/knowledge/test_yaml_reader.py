"""The strict YAML reader: nothing changes its meaning in silence."""

from __future__ import annotations

from pathlib import Path

import pytest

from recommender.errors import KnowledgeError
from recommender.yaml_reader import MAX_BYTES, MAX_DEPTH, YamlFault, read_file, read_text


def fault(text: str | bytes) -> YamlFault:
    with pytest.raises(YamlFault) as caught:
        read_text(text, "t.yaml")
    return caught.value


@pytest.mark.parametrize("word", ["yes", "no", "Yes", "NO", "on", "off", "y", "n", "unsure", "True", "FALSE", "Null"])
def test_yes_and_no_stay_words(word: str) -> None:
    """`yes` and its relatives are answers, never booleans."""
    assert read_text(f"hernia: {word}", "t").data == {"hernia": word}


def test_yes_as_a_key_stays_a_word() -> None:
    """A key is always text, whatever it looks like."""
    assert read_text("{yes: 1, 2: 2, null: 3, true: 4, 1.5: 5}", "t").data == {
        "yes": 1, "2": 2, "null": 3, "true": 4, "1.5": 5,
    }  # fmt: skip


@pytest.mark.parametrize(
    "text", ["2022-11-01", "2022-11-01 10:00:00", "1:30", "0x1F", "0o17", "017", "1_000", "1e3", ".inf", ".nan", "+1"]
)
def test_dates_and_odd_numbers_stay_text(text: str) -> None:
    """Dates, times and numbers in unusual notations are not interpreted."""
    assert read_text(f"when: {text}", "t").data == {"when": text}


def test_plain_values_are_read() -> None:
    """Whole numbers, decimals, true, false and null are read; quoted text stays text."""
    data = read_text("[3, -4, 0, 1.5, true, false, null, ~, '', '3', \"yes\", 12345678901234567890]", "t").data
    assert data == [3, -4, 0, 1.5, True, False, None, None, "", "3", "yes", "12345678901234567890"]
    assert [type(value) for value in data[:6]] == [int, int, int, float, bool, bool]


def test_block_text_is_read() -> None:
    """Folded text becomes one line, literal text keeps its lines, and both stay text."""
    assert read_text("say: >-\n  one\n  two\nraw: |\n  1\n  2\n", "t").data == {"say": "one two", "raw": "1\n2\n"}


@pytest.mark.parametrize("text", ["a: 1\nb: 2\na: 3", "a: 1\nb: 2\n'a': 3", "{a: 1,\nb: 2,\na: 1}"])
def test_equal_keys_are_refused(text: str) -> None:
    """The second of two equal keys is named with its line, even if it is written in another way."""
    found = fault(text)
    assert found.line == 3
    assert '"a"' in found.found


def test_equal_keys_deep_inside_are_refused() -> None:
    """Equal keys are found at every depth; the same key in two mappings is fine."""
    assert fault("rules:\n  - id: x\n    then:\n      stop: a\n      stop: b\n").line == 5
    assert read_text("- id: x\n- id: x\n", "t").data == [{"id": "x"}, {"id": "x"}]


@pytest.mark.parametrize(
    "text", ["a: 1\nb: &x 2", "a: 1\nb: *x", "a: &m {k: 1}\n", "- &s [1]", "? &k a\n: 1", "<<: *x"]
)
def test_anchors_and_aliases_are_refused(text: str) -> None:
    """Nothing stands for a value that is written elsewhere."""
    found = fault(text)
    assert "nchors" in found.found
    assert found.line == text.count("\n", 0, max(text.find("&"), text.find("*"))) + 1


def test_merge_key_merges_nothing() -> None:
    """`<<` is a key like any other, so that no model accepts it."""
    assert read_text("a:\n  <<: {b: 1}\n", "t").data == {"a": {"<<": {"b": 1}}}


@pytest.mark.parametrize(
    "text",
    ["a: !!str 1", "a: !!python/object/apply:os.system [x]", "a: !own 1", "a: ! 1", "!!map {a: 1}", "!!str a: 1"],
)
def test_tags_are_refused(text: str) -> None:
    """A tag could change the kind of a value or run code, so none is read."""
    found = fault(text)
    assert found.line == 1
    assert "tag" in found.found.lower()


@pytest.mark.parametrize("text", ["a: 1\n---\nb: 2\n", "---\na: 1\n...\n---\n"])
def test_second_document_is_refused(text: str) -> None:
    """A second document would be lost, so it is named with its line."""
    found = fault(text)
    assert "second document" in found.found
    assert found.line == text.count("\n", 0, text.rindex("---")) + 1


def test_one_document_with_marks_is_read() -> None:
    """The marks for the begin and the end of one document do no harm."""
    assert read_text("---\na: 1\n...\n", "t").data == {"a": 1}


def test_depth_is_bounded() -> None:
    """Values nested to the limit are read, deeper ones are refused, and the deepest do not exhaust Python.

    The deepest meet a limit of the parser before ours in some of its releases, which has words of its own.
    """
    assert read_text("[" * MAX_DEPTH + "1" + "]" * MAX_DEPTH, "t").data is not None
    assert str(MAX_DEPTH) in fault("[" * (MAX_DEPTH + 1) + "1" + "]" * (MAX_DEPTH + 1)).found
    assert str(MAX_DEPTH) in fault("{a: " * (MAX_DEPTH + 1) + "1" + "}" * (MAX_DEPTH + 1)).found
    assert fault("[" * 10_000).line == 1
    assert fault("{a: " * 10_000).line == 1


def test_size_is_bounded(tmp_path: Path) -> None:
    """A text over the limit is refused before it is parsed, from memory and from a file."""
    assert read_text("a" * MAX_BYTES, "t").data == "a" * MAX_BYTES
    assert f"{MAX_BYTES:,}" in fault("a" * (MAX_BYTES + 1)).found
    assert f"{MAX_BYTES:,}" in fault("ä" * (MAX_BYTES // 2 + 1)).found
    path = tmp_path / "big.yaml"
    path.write_bytes(b"a" * (MAX_BYTES + 1))
    with pytest.raises(KnowledgeError, match=r"big\.yaml"):
        read_file(path, "big.yaml")


@pytest.mark.parametrize("raw", [b"a: 1\nb: \xff\n", "a: 1\nb: ä".encode("latin-1"), b"a: 1\nb: \xed\xa0\x80\n"])
def test_text_that_is_not_utf8_is_refused(raw: bytes) -> None:
    """Other encodings are refused with the line of the first wrong byte."""
    found = fault(raw)
    assert "UTF-8" in found.found
    assert found.line == 2


def test_utf16_is_refused() -> None:
    """YAML allows UTF-16; here it is refused, for one reading only."""
    assert "UTF-8" in fault("a: 1".encode("utf-16")).found


def test_lone_surrogate_is_refused() -> None:
    """Text from memory that has no UTF-8 form is a fault, not a crash."""
    assert "UTF-8" in fault("a: \ud800").found


def test_byte_order_mark_is_no_part_of_the_text() -> None:
    """A mark at the start, as some editors write it, is left out."""
    assert read_text(b"\xef\xbb\xbfa: 1", "t").data == {"a": 1}


@pytest.mark.parametrize("character", ["\x00", "\x01", "\x07", "\x1b", "\x7f", "\x80"])
def test_control_characters_are_refused(character: str) -> None:
    """Characters that a terminal would obey do not come in."""
    assert fault(f"a: x{character}y").found


@pytest.mark.parametrize("text", ["a: [1", "a: 1\n b: 2", "\ta: 1", "a: 'x", "a: b: c", "[1, 2}", "a: @x", "%X\na"])
def test_broken_yaml_is_a_fault(text: str) -> None:
    """What is no YAML is a fault in this project's words."""
    assert "not valid YAML" in fault(text).found


def test_fault_of_broken_yaml_names_its_line() -> None:
    """The parser's line is passed on."""
    assert fault("a: 1\nb: 2\nc: d: e\n").line == 3


def test_key_must_be_a_word() -> None:
    """Lists and mappings as keys are refused."""
    assert fault("? [a]\n: 1").line == 1
    assert fault("{{a: 1}: 2}").line == 1


@pytest.mark.parametrize("text", ["", " ", "\n\n", "# only a comment\n", "\ufeff"])
def test_empty_text_is_no_value(text: str) -> None:
    """An empty text is read as nothing, and asking for a line of it does no harm."""
    document = read_text(text, "t")
    assert document.data is None
    assert document.line(("rules", 0)) is None


def test_each_value_knows_its_line() -> None:
    """Keys and list items carry their line, and an unknown place the line of what holds it."""
    document = read_text("# note\ntopic: x\n\nrules:\n  - id: a\n    when:\n      age: under 18\n  - id: b\n", "t.yaml")
    assert document.line(("topic",)) == 2
    assert document.line(("rules", 0, "id")) == 5
    assert document.line(("rules", 0, "when")) == 6
    assert document.line(("rules", 0, "when", "age")) == 7
    assert document.line(("rules", 1)) == 8
    assert document.line(("rules", 0, "when", "hernia", 3)) == 6
    assert document.line(("nowhere",)) == 2
    assert str(document.fault(("rules", 1), "Odd.", "Mend it.")) == "t.yaml:8: Odd. Mend it."


def test_lines_do_not_depend_on_line_ends() -> None:
    """Windows line ends count as one line each."""
    assert read_text(b"a: 1\r\nb: 2\r\nc: 3\r\n", "t").line(("c",)) == 3


def test_file_faults_name_the_file_and_line(tmp_path: Path) -> None:
    """Reading a file turns a fault into a KnowledgeError with its name and line; so does a missing file."""
    path = tmp_path / "x.yaml"
    path.write_text("a: 1\na: 2\n")
    with pytest.raises(KnowledgeError, match=r"^rules/x\.yaml:2: ") as caught:
        read_file(path, "rules/x.yaml")
    assert caught.value.faults[0].line == 2
    with pytest.raises(KnowledgeError, match=r"^rules/y\.yaml: cannot be read"):
        read_file(tmp_path / "y.yaml", "rules/y.yaml")


def test_control_character_is_named_with_its_line() -> None:
    """Like every other fault of a YAML text."""
    with pytest.raises(YamlFault) as caught:
        read_text("a: 1\nb: x\x01y\n", "t")
    assert caught.value.line == 2
