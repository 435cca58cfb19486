"""Final report, Figure 7: accuracy on each task of split CIFAR after the last, by metaplasticity."""

from _job import job

import pandas as pd

from sleep_robustness.papers.bnn.plots.final_fig_7 import final_fig_7
from sleep_robustness.papers.bnn.split import task_values
from sleep_robustness.plots.style import save

levels, printed = pd.concat(map(pd.read_csv, job.input.levels)), pd.read_csv(job.input.printed)
save(final_fig_7, task_values(levels, printed, job.params.readings), **job.output)
