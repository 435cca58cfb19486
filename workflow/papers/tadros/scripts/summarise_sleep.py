"""Gather what happens in sleep, moment by moment, and what all of it changes under each rule of plasticity."""

from _job import job

from sleep_robustness.batches import located, read
from sleep_robustness.files import atomic
from sleep_robustness.papers.tadros.analyses.traces import rule_rows, trace_rows

rules = {name: own["rule"] for name, own in job.params.sleeps.items()}
runs = located(job.params.runs, job.input.arrays)
runs = runs.assign(rule=runs.variant.map(rules))
for rows, file in ((trace_rows, job.output.table), (rule_rows, job.output.rules)):
    with atomic(file) as temporary:
        rows(runs, read).to_csv(temporary, index=False)
