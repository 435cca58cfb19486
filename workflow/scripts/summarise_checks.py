"""Check every attack on one data set: whether it, and not the network, is at fault."""

from _job import job

from sleep_robustness.batches import located, read
from sleep_robustness.diagnostics import check_rows
from sleep_robustness.files import atomic

runs = located(job.params.runs, job.input.runs)
with atomic(job.output.table) as temporary:
    check_rows(runs, read).to_csv(temporary, index=False)
