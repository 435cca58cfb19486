"""Gather what the neurons specific to a digit do before and after each sleep."""

from _job import job

from sleep_robustness.batches import located, read
from sleep_robustness.files import atomic
from sleep_robustness.papers.tadros.analyses.neurons import response_rows

runs = located(job.params.runs, job.input.arrays)
with atomic(job.output.table) as temporary:
    response_rows(runs, read).to_csv(temporary, index=False)
