"""Final report, Figure 5: accuracy under each corruption after the last task, by β of the Lipschitz term and metaplasticity."""

from _job import job

import pandas as pd

from sleep_robustness.papers.bnn.plots.final_fig_5 import final_fig_5
from sleep_robustness.papers.bnn.polar import corruption_spokes
from sleep_robustness.plots.style import save

levels, printed = pd.read_csv(job.input.levels, dtype={"task": str}), pd.read_csv(job.input.printed)
table = corruption_spokes(levels, printed, job.params.readings)
save(final_fig_5, table.assign(beta=table.lipschitz.map(job.params.betas)), **job.output)
