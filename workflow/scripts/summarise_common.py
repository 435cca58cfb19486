"""Gather one attack on one data set into scores over the examples that every network a reading compares gets right."""

from _job import job

from sleep_robustness.batches import located, read
from sleep_robustness.files import atomic
from sleep_robustness.metrics import common_rows

runs = located(job.params.runs, job.input.runs)
with atomic(job.output.table) as temporary:
    common_rows(runs, read).to_csv(temporary, index=False)
