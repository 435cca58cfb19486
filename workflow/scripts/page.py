"""One page with every table and figure."""

from _job import job, log

from pathlib import Path

import pandas as pd

from sleep_robustness.page import item, render, with_values
from sleep_robustness.tables.claims import notices

page, scale, readings = Path(job.output.page), job.config["scale"], job.params.readings
items = []
for name, caption in zip(job.params.shown, job.input.captions, strict=True):
    files = [file for file in map(Path, job.input.shown) if name in (file.stem, file.parent.name)]
    items.append(item(name, files, with_values(Path(caption).read_text(), job), page, scale, readings))
first = notices(pd.read_csv(job.input.claims).fillna({"doubts": "", "note": ""}), job.params.claims)
render(items, first, Path(job.input.template).parent, scale, readings, page)
log.info("open %s in a browser", page)
