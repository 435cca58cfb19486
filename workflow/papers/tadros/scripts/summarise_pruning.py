"""Gather what sleep is beside networks in which as many neurons are cut: all networks, and their differences."""

from _job import job

from sleep_robustness.arrays import load_arrays
from sleep_robustness.files import atomic
from sleep_robustness.papers.tadros.analyses.pruning import pruning_rows

seeds = {seed: load_arrays(path) for seed, path in zip(job.params.seeds, job.input.runs, strict=True)}
tables = pruning_rows(seeds, job.params.sleeps, job.params.measures, job.params.control)
for table, output in zip(tables, (job.output.levels, job.output.pairs), strict=True):
    with atomic(output) as temporary:
        table.to_csv(temporary, index=False)
