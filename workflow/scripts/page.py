"""One page with every table and figure."""

from _job import job, log

from pathlib import Path

import pandas as pd

from sleep_robustness.page import item, render, with_values
from sleep_robustness.tables.claims import notices

page, scale, readings = Path(job.output.page), job.config["scale"], job.params.readings
items, first = [], []
for (paper, name), caption in zip(job.params.shown, job.input.captions, strict=True):
    own = [file for file in map(Path, job.input.shown) if paper in file.parts and name in (file.stem, file.parent.name)]
    items.append(item(paper, name, own, with_values(Path(caption).read_text(), job), page, scale, readings))
for (_, claims), file in zip(job.params.claims.items(), job.input.claims, strict=True):
    first += notices(pd.read_csv(file).fillna({"doubts": "", "note": ""}), claims)
render(items, first, Path(job.input.template).parent, scale, readings, page)
log.info("open %s in a browser", page)
