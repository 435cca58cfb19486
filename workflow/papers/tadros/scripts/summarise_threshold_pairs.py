"""Gather how much better each network is than each other under the Boundary Attack, within a threshold alone."""

from _job import job

from sleep_robustness.batches import located, read
from sleep_robustness.files import atomic
from sleep_robustness.metrics import threshold_pair_rows

runs = located(job.params.runs, job.input.runs)
with atomic(job.output.table) as temporary:
    threshold_pair_rows(runs, read).to_csv(temporary, index=False)
