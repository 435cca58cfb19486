"""What sleep does against the number of weight changes after which it ends."""

from _job import job

import pandas as pd

from sleep_robustness.papers.zhang.plots.fig_cap import fig_cap
from sleep_robustness.papers.zhang.tables.cap import cap_rows
from sleep_robustness.plots.style import save

fgsm, blur = pd.read_csv(job.input.fgsm), pd.read_csv(job.input.blur)
shared = fgsm[fgsm.attack_variant == job.params.fgsm]
save(fig_cap, cap_rows({"fgsm": shared, "blur": blur}, job.params.caps), **job.output)
