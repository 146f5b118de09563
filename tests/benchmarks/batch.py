"""How fast and how large a run over a file is, printed. Run it with `python -m tests.benchmarks.batch`.

With `--rows 100000000` it takes some minutes and some gigabytes of disk.
"""

from __future__ import annotations

import argparse
import gc
import os
import resource
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl
import pyarrow.parquet as pq

from recommender import Knowledge
from recommender.batch.answer_classes import AnswerClasses
from recommender.batch.cells import MISSING
from recommender.batch.row import RowMaker
from recommender.logic.answers import flatten
from tests.benchmarks.people import people
from tests.benchmarks.population import population


def megabytes(process: int) -> float:
    """The resident memory of a process and all that it has started; what they share counts once for each."""
    total = 0.0
    try:
        pages = int(Path(f"/proc/{process}/statm").read_text(encoding="utf-8").split()[1])
        total = pages * os.sysconf("SC_PAGE_SIZE") / 1e6
        for thread in Path(f"/proc/{process}/task").iterdir():
            children = (thread / "children").read_text(encoding="utf-8").split()
            total += sum(megabytes(int(child)) for child in children)
    except (FileNotFoundError, ProcessLookupError):  # it has ended meanwhile
        return total
    return total


def whole(source: Path, output: Path, rows: int, jobs: int) -> None:
    """One run of the command, with its greatest memory, looked at ten times a second."""
    command = [sys.executable, "-m", "recommender", "batch", str(source), str(output), "--fresh", "--jobs", str(jobs)]
    began = time.perf_counter()
    process = subprocess.Popen(command)
    most = 0.0
    while process.poll() is None:
        most = max(most, megabytes(process.pid))
        time.sleep(0.1)
    took = time.perf_counter() - began
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    if process.returncode:
        sys.exit(process.returncode)
    found = rows_in(output)
    if found != rows:
        sys.exit(f"{found:,} rows came out, and {rows:,} went in.")
    print(f"{'rows, all of them in the output':48} {rows:15,}")
    print(f"{'seconds, with the start of the program':48} {took:15,.1f}")
    print(f"{'rows a second':48} {rows / took:15,.0f}")
    print(f"{'processor seconds, and cores kept busy':48} {used.ru_utime + used.ru_stime:15,.1f}", end=" ")
    print(f"{(used.ru_utime + used.ru_stime) / took:8.2f}")
    print(f"{'greatest memory of all processes together, MB':48} {most:15,.0f}")
    print(
        f"{'input and output on disk, MB':48} {source.stat().st_size / 1e6:15,.0f} {output.stat().st_size / 1e6:8,.0f}"
    )


def rows_in(path: Path) -> int:
    """The rows of a file, without the head of a CSV. No cell of the population holds a line break."""
    if path.suffix == ".parquet":
        return int(pq.ParquetFile(path).metadata.num_rows)
    with path.open("rb") as stream:
        lines = sum(part.count(b"\n") for part in iter(lambda: stream.read(1 << 20), b""))
    return lines - (path.suffix == ".csv")


def spelled_out(source: Path, form: str) -> Path:
    """The same population in another format: sets as words with `;` between in CSV, as lists in JSON lines."""
    target = source.with_suffix(f".{form}")
    people = pl.scan_parquet(source)
    if form == "csv":
        sets = [name for name, kind in people.collect_schema().items() if kind == pl.List(pl.String)]
        words = [
            pl.when(pl.col(name).list.len() == 0)
            .then(pl.lit("none"))
            .otherwise(pl.col(name).list.join(";"))
            .alias(name)
            for name in sets
        ]
        people.with_columns(words).sink_csv(target)
    else:
        people.sink_ndjson(target)
    return target


def decisions(count: int, knowledge: Knowledge) -> None:
    """Distinct profiles in one process; those that no rule and no plan tells apart are decided once."""
    maker = RowMaker(knowledge)
    classes = AnswerClasses(knowledge, exact=False)
    flat = [flatten(profile, knowledge.table.questions) for profile in people(count, knowledge, seed=2, risk=0.04)]
    profiles = [tuple(profile.get(field, MISSING) for field in maker.fields) for profile in flat]
    alike: dict[tuple[int, ...], tuple[object, ...]] = {}
    for profile in profiles[:500]:
        maker.row(profile)
    gc.freeze()
    began, used = time.perf_counter(), time.process_time()
    for profile in profiles:
        key = tuple([classes.number(field, value) for field, value in zip(maker.fields, profile, strict=True)])
        if key not in alike:
            alike[key] = profile
    for profile in alike.values():
        maker.row(profile)
    took, used = time.perf_counter() - began, time.process_time() - used
    print(f"{'distinct profiles, and decisions that they need':48} {count:15,} {len(alike):8,}")
    print(f"{'distinct profiles a second and core, by the clock':48} {count / took:15,.0f}")
    print(f"{'  by the time that the core gave':48} {count / used:15,.0f}")
    print(f"{'decisions a second and core, by the clock':48} {len(alike) / took:15,.0f}")
    print(f"{'  by the time that the core gave':48} {len(alike) / used:15,.0f}")


def main() -> None:
    """Print everything."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rows", type=int, default=5_000_000)
    options.add_argument("--distinct", type=int, default=50_000)
    options.add_argument("--jobs", type=int, default=len(os.sched_getaffinity(0)))
    options.add_argument("--folder", type=Path, help="Keep the files here, and take the population that lies here.")
    options.add_argument("--format", choices=("parquet", "csv", "jsonl"), default="parquet")
    chosen = options.parse_args()
    knowledge = Knowledge.shipped()
    decisions(20_000, knowledge)
    with TemporaryDirectory() as temporary:
        folder = chosen.folder or Path(temporary)
        source = folder / f"population-{chosen.rows}-{chosen.distinct}.parquet"
        if not source.exists():
            population(source, chosen.rows, chosen.distinct, knowledge)
        print(f"{'distinct profiles in the population, at most':48} {chosen.distinct:15,}")
        if chosen.format != "parquet":
            source = spelled_out(source, chosen.format)
        whole(source, folder / f"out.{chosen.format}", chosen.rows, chosen.jobs)


if __name__ == "__main__":
    main()
