"""The sheets of this folder: compares sheets/ with what the program makes today; with --write, makes them anew.

It needs jinja2 and typst: pip install 'recommender[pdf]'
"""

import sys
from pathlib import Path

from recommender import Knowledge, recommend
from recommender.output.html import render_html
from recommender.output.pdf import render_pdf
from recommender.yaml_reader import read_file

HERE = Path(__file__).parent
PEOPLE = ("acute-flare", "desk-worker", "emergency", "hernia", "pregnancy", "three-weeks-after-injury")


def sheets() -> dict[str, bytes]:
    """Every file of sheets/ by its name, as it is made today."""
    knowledge, made = Knowledge.shipped(), {}
    for name in PEOPLE:
        result = recommend(read_file(HERE / f"{name}.yaml", f"{name}.yaml").data)
        made[f"{name}.html"] = render_html(result, knowledge).encode()
        made[f"{name}.pdf"] = render_pdf(result, knowledge)
    return made


def main() -> None:
    folder, write = HERE / "sheets", "--write" in sys.argv[1:]
    for name, new in sheets().items():
        path = folder / name
        same = path.is_file() and path.read_bytes() == new
        if write and not same:
            folder.mkdir(exist_ok=True)
            path.write_bytes(new)
        print(f"{name:30} {'as it is' if same else 'written' if write else 'differs; --write makes it anew'}")


if __name__ == "__main__":
    main()
