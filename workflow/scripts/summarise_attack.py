"""Gather one attack on one data set into a tidy table: every network, variant and seed."""

from _job import job

from sleep_robustness.batches import located, read
from sleep_robustness.files import atomic
from sleep_robustness.metrics import summarise

runs = located(job.params.runs, job.input.runs)
with atomic(job.output.table) as temporary:
    summarise(runs, read).to_csv(temporary, index=False)
