"""How often intervals hold what they are of, by how they are made and by the number of networks."""

from _job import job

import pandas as pd

from sleep_robustness.papers.tadros.plots.fig_coverage import fig_coverage
from sleep_robustness.plots.style import save

save(fig_coverage, pd.read_csv(job.input.table), **job.output)
