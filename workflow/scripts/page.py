"""One page with every table and figure."""

from _job import job, log

from pathlib import Path

import pandas as pd

from sleep_robustness.page import item, render, with_values
from sleep_robustness.tables.claims import notices

page, scale, papers, items, first, readings = Path(job.output.page), job.config["scale"], job.params.papers, [], [], {}
for own in papers.values():
    for name, reading in own["readings"].items():
        says = f"{own['name']}, {reading['says']}" if reading.get("says") else ""
        readings[name] = "; ".join(filter(None, [readings.get(name), says]))
for (paper, name), caption in zip(job.params.shown, job.input.captions, strict=True):
    own = [file for file in map(Path, job.input.shown) if paper in file.parts and name in (file.stem, file.parent.name)]
    text = with_values(Path(caption).read_text(encoding="utf-8"), job)
    items.append(item(paper, papers[paper]["name"], name, own, text, page, scale, readings))
first += [Path(file).read_text(encoding="utf-8").strip() for file in job.input.answers]
for (_, claims), file in zip(job.params.claims.items(), job.input.claims, strict=True):
    first += notices(pd.read_csv(file).fillna({"doubts": "", "note": ""}), claims)
render(items, first, list(papers.values()), Path(job.input.template).parent, scale, readings, page)
log.info("open %s in a browser", page)
