"""Figure 12: activations of the neurons specific to each digit, before and after sleep."""

from _job import job

import pandas as pd

from sleep_robustness.files import atomic
from sleep_robustness.plots.fig_12 import PANELS, fig_12
from sleep_robustness.plots.style import save
from sleep_robustness.tables.inside import responses

table = responses(pd.read_csv(job.input.table), PANELS)
with atomic(job.output.csv) as temporary:
    table.to_csv(temporary, index=False)
save(fig_12(table), job.output.pdf, job.output.png)
