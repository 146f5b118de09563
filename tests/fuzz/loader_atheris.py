"""The loader under atheris, which is led by what its inputs reach: `python -m tests.fuzz.loader_atheris CORPUS`.

The first byte names the kind of file, the rest is its text. All options of libFuzzer are taken, such as
`-max_total_time=300` and `-runs=100000`. `--seeds FOLDER` writes the shipped files as a corpus to begin with.
Needs `pip install --group fuzz -e .`.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

os.environ["RECOMMENDER_CACHE"] = "off"

KINDS = (
    "examples/profile.yaml",
    "catalog/vocabulary.yaml",
    "rules/questionnaire.yaml",
    "rules/contents.yaml",
    "rules/session.yaml",
    "rules/outcomes.yaml",
    "rules/guidelines.yaml",
    "rules/conflicts.yaml",
    "rules/wording.yaml",
    "catalog/exercises/some.yaml",
    "rules/sources/some.yaml",
    "rules/safety/some.yaml",
)


def write_seeds(folder: Path) -> int:
    """Write the shipped files, cut to a handy size, with the byte of their kind in front."""
    from tests.fuzz.texts import samples

    folder.mkdir(parents=True, exist_ok=True)
    for number, (name, raw) in enumerate(samples()):
        (folder / f"seed{number}").write_bytes(bytes([kind_of_file(name)]) + raw[:4000])
    return number + 1


def kind_of_file(name: str) -> int:
    """The number of its kind."""
    if name in KINDS:
        return KINDS.index(name)
    for start in ("catalog/exercises/", "rules/sources/", "rules/"):
        if name.startswith(start):
            return KINDS.index("rules/safety/some.yaml" if start == "rules/" else f"{start}some.yaml")
    return 0


def main() -> None:
    """Run libFuzzer over the reader and the models."""
    if sys.argv[1:2] == ["--seeds"]:
        print(f"{write_seeds(Path(sys.argv[2]))} seeds")
        return
    import atheris

    with atheris.instrument_imports(include=["recommender"]):
        from tests.fuzz.texts import read_one, through_models

    def one(data: bytes) -> None:
        if not data:
            return
        name, raw = KINDS[data[0] % len(KINDS)], data[1:]
        if read_one(raw, compared=True) == "read" and name != KINDS[0]:
            through_models(name, raw)

    atheris.Setup([*sys.argv, f"-timeout={20}", "-max_len=20000"], one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
