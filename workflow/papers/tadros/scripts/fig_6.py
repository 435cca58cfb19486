"""Figure 6: what the attacks end with, and what the networks say to it."""

from _job import job

import numpy as np
import pandas as pd

from sleep_robustness.batches import located, read
from sleep_robustness.names import network
from sleep_robustness.papers.tadros.plots.fig_6 import fig_6
from sleep_robustness.plots.style import save

runs = located(job.params.runs, job.input.runs)
examples = pd.read_csv(job.input.order)["example"][: job.params.images].to_numpy()
tables = []
for run in runs.itertuples():
    arrays = read(run.path)
    rows = np.concatenate(
        [np.flatnonzero(arrays["example"] == example) for example in examples]
    )  # fewer, if fewer are attacked
    attacked = pd.DataFrame(arrays["adversarial"][rows]).add_prefix("p")
    facts = {
        "label": arrays["label"],
        "prediction": arrays["prediction"],
        "right": arrays["strength"] > 0,
        "fooled": arrays["success"],
    }
    axes = {
        "reading": run.reading,
        "network": network(run.defence, run.variant),
        "attack": run.attack,
        "example": arrays["example"][rows],
    }
    tables.append(pd.DataFrame(axes | {name: values[rows] for name, values in facts.items()}).join(attacked))
table = pd.concat(tables)
save(fig_6, table, **job.output)
