"""One page with every table and figure."""

from _job import job, log

from pathlib import Path

from sleep_robustness.page import item, render, with_values

page, scale = Path(job.output.page), job.config["scale"]
items = []
for name, caption in zip(job.params.shown, job.input.captions, strict=True):
    files = [Path(file) for file in job.input.shown if Path(file).stem == name]
    items.append(item(name, files, with_values(Path(caption).read_text(), job), page, scale))
render(items, Path(job.input.template).read_text(), scale, page)
log.info("open %s in a browser", page)
