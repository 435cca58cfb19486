"""What networks keep of earlier tasks, against what attacks leave right on the last one."""

from _job import job

import pandas as pd

from sleep_robustness.papers.bnn.curves import trade_points
from sleep_robustness.papers.bnn.plots.fig_trade import fig_trade
from sleep_robustness.plots.style import save

clean, attacked = (
    pd.read_csv(job.input.clean),
    pd.read_csv(job.input.attacked, dtype={"task": str, "after": str, "window": str}),
)
save(fig_trade, trade_points(clean, attacked, job.params.readings), **job.output)
