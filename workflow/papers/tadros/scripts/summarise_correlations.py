"""Gather how the correlations of each network's hidden activity differ from its control's."""

from _job import job

from sleep_robustness.batches import located, read
from sleep_robustness.files import atomic
from sleep_robustness.papers.tadros.analyses.correlations import change_rows

runs = located(job.params.runs, job.input.arrays)
runs["control_path"] = located(job.params.others, job.input.arrays).path
with atomic(job.output.table) as temporary:
    change_rows(runs, read).to_csv(temporary, index=False)
