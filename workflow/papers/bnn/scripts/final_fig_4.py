"""Final report, Figure 4: accuracy on each task after the last, by β of the Lipschitz term and metaplasticity."""

from _job import job

import pandas as pd

from sleep_robustness.papers.bnn.curves import lipschitz_curves
from sleep_robustness.papers.bnn.plots.final_fig_4 import final_fig_4
from sleep_robustness.plots.style import save

levels, printed = pd.read_csv(job.input.levels), pd.read_csv(job.input.printed)
table = lipschitz_curves(levels, printed, job.params.readings, job.params.tasks)
save(final_fig_4, table.assign(beta=table.lipschitz.map(job.params.betas)), **job.output)
