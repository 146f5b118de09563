"""The sheet as PDF: it meets PDF/UA-1, says what the page says, and is the same each time."""

from __future__ import annotations

import builtins
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from recommender import Knowledge, recommend
from recommender.cli.files import read_profile
from recommender.errors import UsageError
from recommender.output import pdf
from recommender.output.pdf import render_pdf
from tests.command_line import EXAMPLES, ROOT
from tests.output.test_sheet import NASTY, PEOPLE, flat, nasty, result_of, words_on_paper

typst = pytest.importorskip("typst", reason="typst is not installed: pip install -e '.[pdf]'")

READER = shutil.which("pdftotext")  # Debian: poppler-utils


@pytest.fixture(scope="module")
def made(knowledge: Knowledge) -> dict[str, bytes]:
    return {name: render_pdf(result_of(name), knowledge) for name in PEOPLE}


def text_of(document: bytes, folder: Path) -> str:
    """The words of a document in the order in which they are read."""
    assert READER is not None
    path = folder / "sheet.pdf"
    path.write_bytes(document)
    done = subprocess.run([READER, "-raw", "-enc", "UTF-8", str(path), "-"], capture_output=True, check=True)
    pages = done.stdout.decode().split("\f")
    return flat(" ".join(re.sub(r"\n[^\n]*Page \d+ / \d+\s*$", "", page) for page in pages))


def pages_of(document: bytes) -> int:
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", document))


@pytest.mark.parametrize("name", PEOPLE)
def test_it_meets_pdf_ua(name: str, made: dict[str, bytes]) -> None:
    """The compiler accepts each sheet as PDF/UA-1, and the file says so, with its tags, title and language."""
    document = made[name]
    assert document.startswith(b"%PDF-")
    assert b"<pdfuaid:part>1</pdfuaid:part>" in document
    assert b"/MarkInfo<</Marked true" in document
    assert b"/StructTreeRoot" in document
    assert b"/Lang(en)" in document
    assert b"<dc:title>" in document


@pytest.mark.parametrize("name", PEOPLE)
def test_no_warning(name: str, knowledge: Knowledge) -> None:
    """Nothing is missing from the fonts that are part of typst, and nothing is doubtful."""
    _, warnings = typst.compile_with_warnings(pdf._template(), **pdf._options(result_of(name), knowledge, "a4"))
    assert [warning.message for warning in warnings] == []


@pytest.mark.skipif(not READER, reason="pdftotext is not there: apt install poppler-utils")
@pytest.mark.parametrize("name", PEOPLE)
def test_it_says_what_the_page_says(name: str, made: dict[str, bytes], tmp_path: Path, knowledge: Knowledge) -> None:
    """Every text of the values from which both are made can be read in the PDF too."""
    text = text_of(made[name], tmp_path).replace(" ", "")  # a line may end within a locator
    wanted = words_on_paper(result_of(name), knowledge)
    assert [said for said in wanted if flat(said).replace(" ", "") not in text] == []


@pytest.mark.skipif(not READER, reason="pdftotext is not there: apt install poppler-utils")
def test_a_text_is_only_ever_a_text(tmp_path: Path, knowledge: Knowledge) -> None:
    """What a clinic writes is shown as it is: no sign in it is a command of typst."""
    text = text_of(render_pdf(nasty(result_of("three-weeks-after-injury")), knowledge), tmp_path)
    assert text.count(NASTY) > 3


@pytest.mark.parametrize("name", ["hernia", "emergency", "acute-flare"])
def test_signs_of_typst_do_no_harm(name: str, knowledge: Knowledge) -> None:
    """Each kind of sheet is made with such signs in every text."""
    assert render_pdf(nasty(result_of(name)), knowledge).startswith(b"%PDF-")


@pytest.mark.parametrize("name", ["emergency", "three-weeks-after-injury"])
def test_whom_to_see_is_one_page(name: str, made: dict[str, bytes]) -> None:
    """What to do now fits on one page."""
    assert pages_of(made[name]) == 1


def test_several_reasons_to_see_someone_are_one_page(knowledge: Knowledge) -> None:
    """Three stops with their answers, and a line of further ones, still fit on one page of either paper."""
    words = knowledge.table.questions["medical_signs"].words
    signs = [word for word in words if word != "flank_pain"][:6]  # with fever that would be an emergency
    profile = read_profile(str(EXAMPLES / "three-weeks-after-injury.yaml")) | {"medical_signs": signs}
    result = recommend(profile, knowledge=knowledge)
    assert result.outcome == "see_clinician"
    assert [bool(message.rule) for message in result.messages_of("stop")] == [True, True, True, False]
    assert [pages_of(render_pdf(result, knowledge, paper=paper)) for paper in ("a4", "letter")] == [1, 1]


@pytest.mark.parametrize(("paper", "size"), [("a4", (595, 842)), ("letter", (612, 792))])
def test_paper(paper: str, size: tuple[int, int], knowledge: Knowledge) -> None:
    """The pages have the size of the paper that is named."""
    document = render_pdf(result_of("desk-worker"), knowledge, paper=paper)
    boxes = re.findall(rb"/MediaBox\s*\[0 0 ([\d.]+) ([\d.]+)\]", document)
    assert {(round(float(wide)), round(float(high))) for wide, high in boxes} == {size}


def test_the_same_result_gives_the_same_bytes(made: dict[str, bytes], knowledge: Knowledge) -> None:
    """No date and no chance in the file."""
    assert render_pdf(result_of("hernia"), knowledge) == made["hernia"]


def test_unknown_paper_names_the_known_ones(knowledge: Knowledge) -> None:
    """Another size is refused in one line that says which there are."""
    with pytest.raises(UsageError, match="Known are a4 and letter"):
        render_pdf(result_of("emergency"), knowledge, paper="legal")


def test_without_typst_one_line_says_what_to_install(knowledge: Knowledge, monkeypatch: pytest.MonkeyPatch) -> None:
    """A missing extra is named, not a traceback."""
    real = builtins.__import__

    def without(name: str, *rest: Any, **more: Any) -> Any:
        if name == "typst":
            raise ModuleNotFoundError("No module named 'typst'", name="typst")
        return real(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(UsageError, match=re.escape("pip install 'recommender[pdf]'")):
        render_pdf(result_of("emergency"), knowledge)


@pytest.mark.parametrize("path", sorted((ROOT / "examples" / "sheets").glob("*.pdf")), ids=lambda path: path.stem)
def test_the_example_sheets_are_those_of_today(path: Path, made: dict[str, bytes], knowledge: Knowledge) -> None:
    """What examples/sheets/ shows is what comes out, where rules and typst are those that made it.

    If not: python examples/make_sheets.py --write
    """
    kept, creator = path.read_bytes(), rb"<xmp:CreatorTool>[^<]*"
    if re.findall(creator, kept) != re.findall(creator, made[path.stem]):
        pytest.skip("made by another version of typst")
    page = (path.parent / f"{path.stem}.html").read_text(encoding="utf-8")
    if knowledge.hash not in page:
        pytest.skip("made with other rules; the pages beside it are compared all the same")
    assert kept == made[path.stem]
