"""Recommending for many people: an iterable of profiles, a file, or a table of Apache Spark.

| module | subject |
|---|---|
| `many.py` | `recommend_many`: whole results for an iterable of profiles |
| `run.py` | from one file to another, resumable; `state.py` keeps what is done |
| `table_file.py`, `csv_file.py`, `lines_file.py` | Parquet, CSV and JSON lines; `blocks.py` cuts text into rows |
| `cells.py`, `columns.py`, `sets.py` | what a cell of a table answers; columns as codes into their distinct answers |
| `classes.py`, `grouping.py`, `decider.py` | which rows have one decision; deciding each once and joining it back |
| `judge.py`, `pool.py`, `worker.py` | one person's row of results; the processes that make them |
| `spark.py` | the same over the machines of a Spark cluster |

Everything but `many.py`, `judge.py` and `worker.py` needs the extra `batch`.
"""
