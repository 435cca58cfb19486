"""Gather what happens in sleep, moment by moment, under each rule of plasticity."""

from _job import job

from sleep_robustness.batches import located, read
from sleep_robustness.files import atomic
from sleep_robustness.papers.tadros.analyses.traces import trace_rows

rules = {name: own["rule"] for name, own in job.params.sleeps.items()}
runs = located(job.params.runs, job.input.arrays)
with atomic(job.output.table) as temporary:
    trace_rows(runs.assign(rule=runs.variant.map(rules)), read).to_csv(temporary, index=False)
