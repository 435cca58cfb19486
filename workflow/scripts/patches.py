"""Make the Patches data set."""

from _job import job

from sleep_robustness.data.patches import load

load().save(job.output.dataset)
