"""The outcome for every example profile in this folder, as a small table."""

from pathlib import Path

from recommender import recommend
from recommender.yaml_reader import read_file

for path in sorted(Path(__file__).parent.glob("*.yaml")):
    result = recommend(read_file(path, path.name).data)
    print(f"{path.stem:26} {result.outcome:14} {len(result.routine):2} steps {len(result.excluded):3} left out")
