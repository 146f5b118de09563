"""Recommends with a folder of own rules: a copy of the shipped ones in which a bound is stricter."""

import shutil
import tempfile
from pathlib import Path

from recommender import Knowledge, recommend
from recommender.yaml_reader import read_file

shipped = Knowledge.shipped()
profile = read_file(Path(__file__).parent / "standing-hurts.yaml", "standing-hurts.yaml").data

with tempfile.TemporaryDirectory() as name:
    folder = Path(name)
    for part in ("rules", "catalog"):
        shutil.copytree(shipped.folder / part, folder / part)
    file = folder / "rules/safety/acute-pain.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("pain_now: at least 6", "pain_now: at least 3"), encoding="utf-8")
    stricter = Knowledge.load(folder)

for knowledge in (shipped, stricter):
    print(knowledge.hash, recommend(profile, knowledge=knowledge).outcome)
