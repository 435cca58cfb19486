"""Gather what each leak and reset gives."""

from _job import job

from sleep_robustness.arrays import load_arrays
from sleep_robustness.files import atomic
from sleep_robustness.papers.tadros.analyses.leak import leak_rows

seeds = {seed: load_arrays(path) for seed, path in zip(job.params.seeds, job.input.runs, strict=True)}
with atomic(job.output.table) as temporary:
    leak_rows(seeds).to_csv(temporary, index=False)
