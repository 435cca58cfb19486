"""Final report, Figure 6: auc_log under each attack after the last task, by β of the Lipschitz term and metaplasticity."""

from _job import job

import pandas as pd

from sleep_robustness.papers.bnn.flags import Flags
from sleep_robustness.papers.bnn.plots.final_fig_6 import final_fig_6
from sleep_robustness.papers.bnn.polar import attack_scores
from sleep_robustness.plots.style import save

runs, printed = pd.DataFrame(job.params.runs).assign(path=list(job.input.flags)), pd.read_csv(job.input.printed)
table = attack_scores(runs, Flags.load, printed, job.params.readings, job.params.tasks)
save(final_fig_6, table.assign(beta=table.lipschitz.map(job.params.betas)), **job.output)
