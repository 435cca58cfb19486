"""Gather the Boundary Attack on one data set, counting as found only what lies within a threshold."""

from _job import job

from sleep_robustness.batches import located, read
from sleep_robustness.files import atomic
from sleep_robustness.metrics import threshold_rows

runs = located(job.params.runs, job.input.runs)
with atomic(job.output.table) as temporary:
    threshold_rows(runs, read).to_csv(temporary, index=False)
