"""Gather one attack on one data set class by class: every network and variant."""

from _job import job

from sleep_robustness.batches import located, read
from sleep_robustness.files import atomic
from sleep_robustness.metrics import class_rows

runs = located(job.params.runs, job.input.runs)
with atomic(job.output.table) as temporary:
    class_rows(runs, read).to_csv(temporary, index=False)
