"""How fast and how large drawings, sheets and calendars are, printed. Run: `python -m tests.benchmarks.paper`."""

from __future__ import annotations

import gzip
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from datetime import time as clock
from pathlib import Path
from statistics import median
from typing import Any

from recommender import Knowledge, recommend
from recommender.figure import figure_svg
from recommender.output import figures
from recommender.output.calendar import render_calendar
from recommender.output.html import render_html
from recommender.output.pdf import render_pdf
from recommender.yaml_reader import read_file

EXAMPLE = Path(__file__).parents[2] / "examples" / "hernia.yaml"
TIMES = 9


def took(work: Callable[[], Any]) -> float:
    """The median time of some calls, in milliseconds, after a first one."""
    work()
    times = []
    for _ in range(TIMES):
        began = time.perf_counter()
        work()
        times.append(1000 * (time.perf_counter() - began))
    return median(times)


def packed(text: str) -> int:
    """The bytes of a text, compressed."""
    return len(gzip.compress(text.encode()))


def drawings(knowledge: Knowledge) -> None:
    """Every exercise once, still and moving."""
    for name, moving in (("drawing", False), ("moving drawing", True)):
        times, sizes = [], []
        for exercise in knowledge.exercises:

            def draw(id: str = exercise.id, moving: bool = moving) -> str:
                return figure_svg(id, knowledge, moving=moving)

            times.append(took(draw))
            sizes.append(packed(draw()))
        print(f"{name + ', ms: median and slowest of all':48} {median(times):10.1f} {max(times):10.1f}")
        print(f"{name + ', bytes compressed: median and largest':48} {median(sizes):10,.0f} {max(sizes):10,}")


def sheets(knowledge: Knowledge) -> None:
    """The sheet and the calendar of one example with eight exercises."""
    result = recommend(read_file(EXAMPLE, EXAMPLE.name).data, knowledge=knowledge)
    made = datetime(2026, 1, 1, tzinfo=UTC)
    plan = {"starting": date(2026, 1, 5), "times": (clock(8),), "made": made}

    def fresh(render: Callable[..., Any]) -> Any:
        figures._drawn.clear()
        return render(result, knowledge)

    print(f"{'sheet as HTML, ms: drawn anew, and again':48} {took(lambda: fresh(render_html)):10.1f}", end=" ")
    print(f"{took(lambda: render_html(result, knowledge)):10.1f}")
    print(f"{'sheet as PDF, ms: drawn anew, and again':48} {took(lambda: fresh(render_pdf)):10.1f}", end=" ")
    print(f"{took(lambda: render_pdf(result, knowledge)):10.1f}")
    print(f"{'calendar, ms':48} {took(lambda: render_calendar(result, knowledge, **plan)):10.1f}")


if __name__ == "__main__":
    shipped = Knowledge.shipped()
    drawings(shipped)
    sheets(shipped)
