"""Figure 2: accuracy of noisy and blurred inputs."""

from _job import job

from functools import partial

import pandas as pd

from sleep_robustness.papers.tadros.plots.fig_2 import fig_2
from sleep_robustness.plots.style import save
from sleep_robustness.tables.curves import accuracy_curves

files, names = [*job.input.images, *job.input.features], job.params.distortions
summary = pd.concat(map(pd.read_csv, files), ignore_index=True)
table = accuracy_curves(summary, pd.read_csv(job.input.original), job.params.readings, "distortions", names)
save(partial(fig_2, not_run=job.params.not_run), table, **job.output)
