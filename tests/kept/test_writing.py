"""No file of the user is lost: what each command may write over, by the file and not by its name, and how."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pexpect
import pytest

from recommender import Knowledge
from recommender.cli import main
from recommender.errors import OutputError
from recommender.kept.files import answer_words, kind_of
from recommender.kept.writing import consent, protect, publish, target_of, write, write_together
from tests.command_line import EXAMPLES, ROOT, environment, in_terminal, one_line, recommender

PROFILE, LOG = "me.yaml", "me-log.jsonl"
Call = Callable[..., tuple[int, str]]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, saved: bytes) -> Path:
    """A folder that one stands in, with answers, a log, a saved result, many people and a text."""
    shutil.copy(EXAMPLES / "desk-worker.yaml", tmp_path / PROFILE)
    shutil.copy(EXAMPLES / "log.jsonl", tmp_path / LOG)
    (tmp_path / "kept.json").write_bytes(saved)
    names = ["id", *Knowledge.shipped().table.questions]
    (tmp_path / "in.csv").write_text(f"{','.join(names)}\n1{',' * (len(names) - 1)}\n")
    (tmp_path / "notes.txt").write_text("mine\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture(scope="module")
def saved() -> bytes:
    """The bytes of a saved result."""
    done = recommender("recommend", EXAMPLES / "desk-worker.yaml", "--format", "json")
    return done.out.encode()


@pytest.fixture
def call(capfd: pytest.CaptureFixture[str]) -> Call:
    """Call the command line in this process; gives the exit code and what it said."""

    def called(*arguments: str | Path) -> tuple[int, str]:
        with pytest.raises(SystemExit) as ended:
            main([*map(str, arguments)])
        said = capfd.readouterr()
        return int(ended.value.code or 0), one_line(said.err)

    return called


def contents(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, so that nothing beside it goes unseen."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


# --- an output is never an input ------------------------------------------------------------------

NEXT = ("next", LOG, PROFILE, "--on", "2026-03-06")
PAIRS = {
    "recommend, answers": (("recommend", PROFILE, "-o"), PROFILE),
    "recommend, answers as json": (("recommend", PROFILE, "--format", "json", "-o"), PROFILE),
    "recommend, answers as a calendar": (("recommend", PROFILE, "--format", "ics", "-o"), PROFILE),
    "recommend, answers as a page": (("recommend", PROFILE, "--format", "html", "-o"), PROFILE),
    "recommend, a saved result": (("recommend", "kept.json", "--format", "json", "-o"), "kept.json"),
    "recommend, a saved result anew": (("recommend", "kept.json", "--anew", "--format", "json", "-o"), "kept.json"),
    "next, the log": ((*NEXT, "-o"), LOG),
    "next, the answers": ((*NEXT, "--format", "json", "-o"), PROFILE),
    "batch": (("batch", "in.csv"), "in.csv"),
    "batch anew": (("batch", "--fresh", "in.csv"), "in.csv"),
}


@pytest.mark.parametrize("way", ["its name", "another name", "a link", "a link to a link", "a hard link"])
@pytest.mark.parametrize("pair", PAIRS)
def test_an_output_is_never_the_input(here: Path, call: Call, pair: str, way: str) -> None:
    """Refused by the file and not by its name, with --force too, and every file is as it was."""
    command, read = PAIRS[pair]
    output = here / f"out{Path(read).suffix}"
    if way == "its name":
        output = Path(read)
    elif way == "another name":
        (here / "folder").mkdir()
        output = Path("folder", "..", read)
    elif way == "a hard link":
        os.link(read, output)
    else:
        target = here / "between" if way == "a link to a link" else here / read
        if target.name == "between":
            target.symlink_to(read)
        output.symlink_to(target)
    before = contents(here)
    code, said = call(*command, output, "--force")
    assert (code, "The output is the input" in said) == (1, True), said
    assert contents(here) == before


@pytest.mark.parametrize(
    "command",
    [
        ("recommend", PROFILE),
        ("why", "cobra", PROFILE),
        ("what-if", PROFILE, "age=50"),
        ("next", LOG, PROFILE, "--on", "2026-03-06"),
    ],
    ids=lambda command: command[0],
)
@pytest.mark.parametrize("way", ["standard output", "-o -"])
def test_standard_output_does_not_go_onto_what_is_read(here: Path, command: tuple[str, ...], way: str) -> None:
    """`recommender recommend a >> a` is refused like `cat a >> a`."""
    more = ("-o", "-") if way == "-o -" and command[0] in ("recommend", "next") else ()
    before = contents(here)
    with (here / PROFILE).open("ab") as stream:
        done = subprocess.run(
            [sys.executable, "-m", "recommender", *command, *more], stdout=stream, stderr=subprocess.PIPE,
            env=environment(), check=False, stdin=subprocess.DEVNULL,
        )  # fmt: skip
    assert (done.returncode, b"The output is the input" in done.stderr) == (1, True), done.stderr
    assert contents(here) == before


def test_standard_input_is_an_input_too(here: Path) -> None:
    """`recommender recommend - -o a < a` is refused."""
    before = contents(here)
    with (here / PROFILE).open("rb") as stream:
        done = subprocess.run(
            [sys.executable, "-m", "recommender", "recommend", "-", "-o", PROFILE, "--force"], stdin=stream,
            capture_output=True, env=environment(), check=False,
        )  # fmt: skip
    assert (done.returncode, b"The output is the input" in done.stderr) == (1, True)
    assert contents(here) == before


@pytest.fixture(scope="module")
def rules(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the rules, which a fault of a command may harm."""
    folder = tmp_path_factory.mktemp("rules")
    for part in ("rules", "catalog"):
        shutil.copytree(ROOT / part, folder / part)
    return folder


@pytest.mark.parametrize("way", ["its name", "a link", "a hard link"])
def test_rules_that_are_read_are_not_written_over(here: Path, rules: Path, way: str) -> None:
    """Neither a drawing, nor a routine, nor schemas take the place of a rule file, whatever leads there."""
    rule = rules / "rules" / "session.yaml"
    output = here / "out.svg"
    if way == "its name":
        output = rule
    elif way == "a link":
        output.symlink_to(rule)
    else:
        os.link(rule, output)
    (here / "schemas").mkdir()
    os.link(rule, here / "schemas" / "cases.json")
    before = rule.read_bytes()
    for command in (
        ("figure", "cobra", "--knowledge", rules, "-o", output, "--force"),
        ("recommend", PROFILE, "--knowledge", rules, "-o", output, "--force"),
        ("rules", "schema", "--knowledge", rules, "-o", here / "schemas", "--force"),
    ):
        done = recommender(*command, folder=here)
        assert (done.code in (1, 2), "The output is the input" in done.err) == (True, True), done.err
        assert rule.read_bytes() == before
    assert sorted(path.name for path in (here / "schemas").iterdir()) == ["cases.json"]


def test_a_comparison_is_not_written_over_the_rules(here: Path, rules: Path) -> None:
    """`rules diff -o` refuses a file of either side with exit code 2: 1 would mean that rules got less strict."""
    rule = rules / "rules" / "session.yaml"
    before = rule.read_bytes()
    done = recommender("rules", "diff", "shipped", rules, "-o", rule, "--force")
    assert (done.code, "The output is the input" in done.err) == (2, True), done.err
    assert rule.read_bytes() == before


# --- what is kept whatever is said ----------------------------------------------------------------

WRITING = {
    "recommend": ("recommend", str(EXAMPLES / "trained.yaml"), "-o"),
    "recommend, a page": ("recommend", str(EXAMPLES / "trained.yaml"), "--format", "html", "-o"),
    "recommend, without answers": (
        "recommend", str(EXAMPLES / "trained.yaml"), "--format", "json", "--without-answers", "-o",
    ),
    "next": ("next", str(EXAMPLES / "log.jsonl"), str(EXAMPLES / "desk-worker.yaml"), "--on", "2026-03-06", "-o"),
    "figure": ("figure", "cobra", "-o"),
    "batch": ("batch", "in.csv", "--format", "csv"),
}  # fmt: skip
KEPT = {PROFILE: "saved answers", LOG: "a log", "kept.json": "a saved result"}


@pytest.mark.parametrize("kept", KEPT)
@pytest.mark.parametrize("command", WRITING)
def test_what_nobody_else_has_is_never_replaced(here: Path, call: Call, command: str, kept: str) -> None:
    """No command writes something else over answers, a log or a saved result, with --force too."""
    before = contents(here)
    code, said = call(*WRITING[command], here / kept, "--force")
    assert (code, f"looks like {KEPT[kept]}" in said) == (1, True), said
    assert contents(here) == before


@pytest.mark.parametrize("command", WRITING)
def test_any_other_file_is_replaced_only_with_force(here: Path, call: Call, command: str) -> None:
    """Without a terminal nobody can be asked: the error names --force, and with it the file is replaced."""
    before = contents(here)
    code, said = call(*WRITING[command], here / "notes.txt")
    assert (code, "--force" in said, "Nothing was written" in said) == (1, True, True), said
    assert contents(here) == before
    assert call(*WRITING[command], here / "notes.txt", "--force")[0] == 0
    after = contents(here)
    assert after.pop("notes.txt") != before.pop("notes.txt")
    assert after == before


def test_a_saved_result_may_follow_a_saved_result(here: Path, call: Call) -> None:
    """The same kind may take its place, but not unasked: it holds answers."""
    command = ("recommend", EXAMPLES / "trained.yaml", "--format", "json", "-o", here / "kept.json")
    before = contents(here)
    assert call(*command)[0] == 1
    assert contents(here) == before
    assert call(*command, "--force")[0] == 0
    assert contents(here)["kept.json"] != before["kept.json"]


@pytest.mark.parametrize(("typed", "replaced"), [("", False), ("n", False), ("y", True)])
def test_a_terminal_is_asked_and_enter_is_no(here: Path, typed: str, replaced: bool) -> None:
    """The question names the file; only yes replaces it."""
    page = in_terminal("recommend", PROFILE, "-o", "notes.txt", folder=here)
    page.expect_exact("notes.txt is there already. Replace it? [y/N]")
    page.sendline(typed)
    page.expect(pexpect.EOF)
    page.close()
    assert page.exitstatus == (0 if replaced else 1)
    assert ((here / "notes.txt").read_text() != "mine\n") == replaced


def test_an_emergency_is_told_before_a_refused_output(here: Path, call: Call) -> None:
    """What to do now comes first, whatever is wrong with the call."""
    code, said = call("recommend", EXAMPLES / "emergency.yaml", "-o", here / LOG, "--force")
    assert code == 1
    assert said.index(Knowledge.shipped().outcomes.outcomes["emergency"].now[0][:40]) < said.index("looks like a log")


def test_schemas_are_replaced_only_with_force(here: Path, call: Call) -> None:
    """In a folder that was named; the error ends with exit code 2, and nothing is written."""
    (here / "s").mkdir()
    (here / "s" / "cases.json").write_text("changed")
    code, said = call("rules", "schema", "-o", here / "s")
    assert (code, "--force" in said) == (2, True)
    assert contents(here / "s") == {"cases.json": b"changed"}
    assert call("rules", "schema", "-o", here / "s", "--force")[0] == 0
    assert contents(here / "s")["cases.json"] != b"changed"


def test_a_book_is_replaced_only_with_force(tmp_path: Path, call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files of a person in its folder stay whatever is said; a link to it is followed, and its mode stays."""
    monkeypatch.setattr("recommender.review.book.measures.measure", lambda *_: None)
    monkeypatch.setattr("recommender.review.book.site.render", lambda *_: {"index.html": "later"})
    book = tmp_path / "book"
    book.mkdir(mode=0o700)
    (book / ".rule-book").write_text("index.html\n")
    (book / "index.html").write_text("earlier")
    (tmp_path / "link").symlink_to(book)
    before = contents(book)
    code, said = call("rules", "book", "-o", book)
    assert (code, "--force" in said) == (2, True)
    shutil.copy(EXAMPLES / "log.jsonl", book / "index.html")
    code, said = call("rules", "book", "-o", book, "--force")
    assert (code, "looks like a log" in said) == (2, True)
    (book / "index.html").write_text("earlier")
    assert contents(book) == before
    assert call("rules", "book", "-o", tmp_path / "link", "--force")[0] == 0
    assert (tmp_path / "link").is_symlink()
    assert (book / "index.html").read_text() == "later"
    assert book.stat().st_mode & 0o777 == 0o700


def test_all_figures_are_looked_at_before_one_is_drawn(here: Path, call: Call) -> None:
    """One file that is there keeps all of them from being written."""
    (here / "all").mkdir()
    (here / "all" / "cobra.svg").write_text("mine")
    code, said = call("figure", "all", "-o", here / "all")
    assert (code, "--force" in said) == (1, True)
    assert [path.name for path in (here / "all").iterdir()] == ["cobra.svg"]


# --- what looks like what -------------------------------------------------------------------------

WORDS = answer_words(Knowledge.shipped())
ANSWERS = (EXAMPLES / "desk-worker.yaml").read_bytes()
LINES_OF_LOG = (EXAMPLES / "log.jsonl").read_bytes()
LOOKS = {
    "answers in YAML": (ANSWERS, "answers"),
    "answers with Windows line ends": (b"\xef\xbb\xbf" + ANSWERS.replace(b"\n", b"\r\n"), "answers"),
    "answers in broken YAML": (ANSWERS + b"\n\tage: [", "answers"),
    "one answer": (b"age: 40\n", "answers"),
    "answers in JSON": (b'{"age": 40, "level": "beginner"}', "answers"),
    "answers in JSON, cut off": (b'{"age": 40, "pain_now": 3, "lev', "answers"),
    "people, one a line": (b'{"age": 40}\n{"age": 41}\n', "answers"),
    "the head of saved answers": (b"# Answers to the questionnaire of the recommender.\n", "answers"),
    "a log": (LINES_OF_LOG, "log"),
    "a log that begins with damage": (b"x" + LINES_OF_LOG, "log"),
    "a log cut off": (LINES_OF_LOG[:60], "log"),
    "rows of a batch": (b'{"age": 40, "outcome": "routine", "routine": "a;b"}\n' * 2, "other"),
    "one row of a batch": (
        b'{"age": 40, "outcome": "routine", "routine": "a", "excluded": "b", "knowledge": "c"}\n', "other",
    ),
    "a page": (b"<!DOCTYPE html>\n", "other"),
    "a text": (b"Dear back,\nage: it is a number.\nStay well.\n", "other"),
    "other YAML": (b"name: x\nservices:\n  age: 40\n", "other"),
    "other JSON": (b'{"name": "x", "version": 1}', "other"),
    "nothing": (b"", "other"),
    "bytes": (b"\x00\xff\x00", "other"),
}  # fmt: skip


@pytest.mark.parametrize("name", LOOKS)
def test_what_looks_like_what(name: str) -> None:
    """Damage hides neither a log nor answers; what the program can make again is neither."""
    raw, kind = LOOKS[name]
    assert kind_of(raw, WORDS) == kind


def test_a_saved_result_is_known_whole_and_damaged(saved: bytes) -> None:
    """A result that was cut off still holds answers that somebody may want back."""
    for raw in (saved, saved[:500], saved[:-2], b"\xef\xbb\xbf" + saved):
        assert kind_of(raw, WORDS) == "result"


# --- links, devices and pipes ---------------------------------------------------------------------


def test_a_link_stays_and_its_target_is_written(here: Path, call: Call) -> None:
    """Also where nothing stands yet where it leads to; the folder of the link gets no file."""
    (here / "far").mkdir()
    (here / "far" / "real.txt").write_text("old")
    (here / "near.txt").symlink_to(Path("far", "real.txt"))
    (here / "new.txt").symlink_to(Path("far", "new.txt"))
    for name in ("near.txt", "new.txt"):
        assert call("recommend", PROFILE, "-o", here / name, "--force")[0] == 0
        assert (here / name).is_symlink()
        assert (here / name).read_text().startswith("YOUR ROUTINE")
    assert {path.name for path in (here / "far").iterdir()} == {"real.txt", "new.txt"}
    (here / "round").symlink_to("round")
    assert call("recommend", PROFILE, "-o", here / "round")[0] == 1
    assert (here / "round").is_symlink()


def test_a_pipe_is_written_to(here: Path) -> None:
    """Whoever waits at a named pipe gets the result, and the pipe stays one; a batch too."""
    os.mkfifo(here / "pipe")
    for command in (("recommend", PROFILE, "-o", "pipe"), ("batch", "in.csv", "pipe", "--jobs", "1")):
        reader = subprocess.Popen(["cat", "pipe"], stdout=subprocess.PIPE, cwd=here)
        done = recommender(*command, folder=here)
        assert done.code == 0, done.err
        out = reader.communicate(timeout=60)[0]
        assert out.startswith(b"YOUR ROUTINE" if command[0] == "recommend" else b"id,")
        assert (here / "pipe").is_fifo()
    assert {path.name for path in here.iterdir()} == {PROFILE, LOG, "kept.json", "in.csv", "notes.txt", "pipe"}


@pytest.mark.parametrize("name", ["-", "/dev/stdout", "/dev/fd/1"])
def test_standard_output_by_any_name(here: Path, name: str) -> None:
    """`-o -` and what the shell has opened get the same bytes, and a file behind it is added to, not replaced."""
    wanted = recommender("recommend", PROFILE, folder=here).out
    assert recommender("recommend", PROFILE, "-o", name, folder=here).out == wanted
    if name == "-":
        assert recommender("batch", "in.csv", name, "--jobs", "1", folder=here).out.startswith("id,")
    with (here / "notes.txt").open("ab") as stream:
        command = [sys.executable, "-m", "recommender", "recommend", PROFILE, "-o", name]
        subprocess.run(command, stdout=stream, stderr=subprocess.PIPE, env=environment(), check=True)
    assert (here / "notes.txt").read_text() == f"mine\n{wanted}"
    assert not (here / "-").exists()


def test_what_is_several_files_needs_a_folder() -> None:
    """A book and schemas do not go to standard output, and nothing is written anywhere else instead."""
    for command in (("rules", "book"), ("rules", "schema"), ("figure", "all")):
        done = recommender(*command, "-o", "-")
        assert (done.code, "folder" in done.err) == (2, True), done.err


def test_devices_are_written_to_and_never_replaced(here: Path) -> None:
    """/dev/null swallows it and stays a device; a full one ends in one line."""
    done = recommender("recommend", PROFILE, "-o", "/dev/null", folder=here)
    assert done.code == 0
    assert Path("/dev/null").is_char_device()
    assert recommender("ask", "/dev/null", stdin="0\n", folder=here).code == 1
    assert Path("/dev/null").is_char_device()
    if Path("/dev/full").is_char_device():
        done = recommender("recommend", PROFILE, "-o", "/dev/full", folder=here)
        assert (done.code, "/dev/full cannot be written" in done.err) == (1, True)


def test_a_folder_a_missing_one_and_a_disk_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each with the path and what is wrong with it."""
    for path in (tmp_path, tmp_path / "none" / "x", tmp_path / "a\0b"):
        with pytest.raises(OutputError, match="cannot be written"):
            target_of(path)
    (tmp_path / "disk").touch()
    monkeypatch.setattr("recommender.kept.writing.stat.S_ISBLK", lambda mode: True)
    with pytest.raises(OutputError, match="disk"):
        target_of(tmp_path / "disk")


# --- modes, and what happens meanwhile ------------------------------------------------------------


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def test_what_is_written_is_private_and_no_mode_gets_wider(tmp_path: Path) -> None:
    """Results are for their owner alone; what may be shared keeps the mode that it had."""
    before = os.umask(0)
    try:
        write("new", target_of(tmp_path / "new"))
        write("shared", target_of(tmp_path / "shared"), shared=True)
    finally:
        os.umask(before)
    assert (mode(tmp_path / "new"), mode(tmp_path / "shared")) == (0o600, 0o666)
    for old, private, shared in ((0o644, 0o600, 0o644), (0o400, 0o400, 0o400), (0o640, 0o600, 0o640)):
        for wanted, path in ((private, tmp_path / "new"), (shared, tmp_path / "shared")):
            path.chmod(old)
            write("later", target_of(path), shared=path.name == "shared")
            assert mode(path) == wanted
            assert path.read_text() == "later"


def test_batch_and_its_parts_are_private(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Output, parts and their folder are for the owner alone, whatever the umask; so is a folder for a device."""
    from recommender.batch import run

    seen: dict[str, int] = {}

    class Stop(BaseException):
        pass

    def look(share: float, rows: int) -> None:
        folder = here / "out.csv.parts"
        seen.update({path.name: mode(path) for path in (folder, *folder.iterdir())})
        raise Stop

    job = run.Job(here / "in.csv", here / "out.csv", "csv")
    before = os.umask(0)
    try:
        with pytest.raises(Stop):
            run.run(job, Knowledge.shipped(), look)
        run.run(job, Knowledge.shipped())
    finally:
        os.umask(before)
    assert seen == {"out.csv.parts": 0o700, "data": 0o600, "lock": 0o600, "state.json": 0o600}
    assert mode(here / "out.csv") == 0o600


def test_files_of_the_user_in_the_folder_of_the_parts_stay(here: Path) -> None:
    """A folder that happens to have that name is not emptied at the end of a batch."""
    from recommender.batch import run
    from recommender.errors import BatchError

    (here / "out.csv.parts").mkdir()
    for name in ("thesis.txt", "data"):
        mine = here / "out.csv.parts" / name
        mine.write_text("mine")
        for fresh in (False, True):
            with pytest.raises(BatchError, match=name):
                run.run(run.Job(here / "in.csv", here / "out.csv", "csv", fresh=fresh), Knowledge.shipped())
            assert mine.read_text() == "mine"
        mine.unlink()
    run.run(run.Job(here / "in.csv", here / "out.csv", "csv"), Knowledge.shipped())
    assert not (here / "out.csv.parts").exists()


def test_what_comes_meanwhile_is_not_replaced(tmp_path: Path) -> None:
    """A file that another program makes or changes after the question is not written over."""
    target = target_of(tmp_path / "new")
    (tmp_path / "new").write_text("theirs")
    with pytest.raises(OutputError, match="another program"):
        write("ours", target)
    target = target_of(tmp_path / "new")
    (tmp_path / "new").write_text("theirs, changed")
    with pytest.raises(OutputError, match="another program"):
        write("ours", target)
    assert contents(tmp_path) == {"new": b"theirs, changed"}


def test_without_hard_links_nothing_is_replaced_either(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a disk that knows no hard links, a new file is put into place, and one that has come is kept."""

    def no_links(*_: object) -> None:
        raise PermissionError(1, "no links here")

    monkeypatch.setattr("recommender.kept.writing.os.link", no_links)
    write("ours", target_of(tmp_path / "a"))
    target = target_of(tmp_path / "b")
    (tmp_path / "b").write_text("theirs")
    with pytest.raises(OutputError, match="another program"):
        write("ours", target)
    assert contents(tmp_path) == {"a": b"ours", "b": b"theirs"}


def test_several_files_are_written_together_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the disk is full at the last one, none has been put into place."""
    (tmp_path / "a").write_text("old")
    targets = [target_of(tmp_path / name) for name in "abc"]
    consent(targets, force=True)
    fsync, calls = os.fsync, []

    def full(handle: int) -> None:
        calls.append(handle)
        if len(calls) == 3:
            raise OSError(28, "no room left")
        fsync(handle)

    monkeypatch.setattr("recommender.kept.writing.os.fsync", full)
    with pytest.raises(OSError, match="no room left"):
        write_together(dict.fromkeys(targets, "new"))
    assert contents(tmp_path) == {"a": b"old"}


def test_a_file_that_cannot_be_read_is_not_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody can tell what it holds (tests may run as root, so the system is played)."""
    (tmp_path / "a").write_text("secret")
    target = target_of(tmp_path / "a")

    def denied(*_: object, **__: object) -> None:
        raise PermissionError(13, "not for you")

    monkeypatch.setattr(Path, "open", denied)
    with pytest.raises(OutputError, match="cannot be read"):
        protect(target)


def test_an_empty_file_holds_nothing_that_could_be_lost(tmp_path: Path) -> None:
    """What `mktemp` made can be written without a question."""
    (tmp_path / "a").touch()
    target = target_of(tmp_path / "a")
    protect(target, (), WORDS)
    consent([target], force=False)
    made = tmp_path / "made"
    made.write_text("x")
    publish(made, target)
    assert contents(tmp_path) == {"a": b"x"}
