"""Final report, Figures 8 and S2: accuracy on each task of split CIFAR under each corruption, after the last."""

from _job import job

import pandas as pd

from sleep_robustness.papers.bnn.plots.final_fig_8 import final_fig_8
from sleep_robustness.papers.bnn.split import corrupted_values
from sleep_robustness.plots.style import save

levels, printed = pd.read_csv(job.input.levels), pd.read_csv(job.input.printed)
save(final_fig_8, corrupted_values(levels, printed, job.params.readings), **job.output)
