"""Recommending for many people: an iterable of profiles, a file, or a table of Apache Spark.

| module | subject |
|---|---|
| `many.py` | `recommend_many`: whole results for an iterable of profiles |
| `run.py` | from one file to another, resumable; `checkpoint.py` keeps what is done |
| `parquet_file.py`, `text_files.py` | Parquet; CSV and JSON lines |
| `cells.py`, `columns.py` | what a cell of a table answers; columns as codes into their distinct answers |
| `answer_classes.py`, `decider.py` | which rows have one decision; deciding each once and joining it back |
| `row.py`, `pool.py` | one person's row of results; the processes that make them |
| `spark.py` | the same over the machines of a Spark cluster |

Everything but `many.py`, `row.py` and `pool.py` needs the extra `batch`.
"""
