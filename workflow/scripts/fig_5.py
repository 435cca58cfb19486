"""Figure 5: the strength of FGSM for each digit, before and after sleep."""

from _job import job

import pandas as pd

from sleep_robustness.files import atomic
from sleep_robustness.plots.fig_5 import fig_5
from sleep_robustness.plots.style import save
from sleep_robustness.tables.curves import by_class

table = by_class(pd.read_csv(*job.input.classes), job.params.readings, "fgsm", ["control", "sleep"])
with atomic(job.output.csv) as temporary:
    table.to_csv(temporary, index=False)
save(fig_5(table), job.output.pdf, job.output.png)
