"""Gather how much better each network of a reading is than each other, under one attack on one data set."""

from _job import job

from sleep_robustness.batches import located, read
from sleep_robustness.files import atomic
from sleep_robustness.metrics import pair_rows

runs = located(job.params.runs, job.input.runs)
with atomic(job.output.table) as temporary:
    pair_rows(runs, read).to_csv(temporary, index=False)
