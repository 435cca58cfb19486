"""Read four raw IDX files into one data set."""

from _job import job

from pathlib import Path

from sleep_robustness.data.idx import load

limit = job.params.train_examples
load(Path(job.input.raw[0]).parent, None if limit == "all" else limit, job.params.md5).save(job.output.dataset)
