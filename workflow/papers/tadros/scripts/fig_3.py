"""Figure 3: Patches, its distortions, and what the networks make of them."""

from _job import job

import pandas as pd

from sleep_robustness.data import Dataset
from sleep_robustness.names import BY_LOGITS
from sleep_robustness.papers.tadros.plots.fig_3 import fig_3
from sleep_robustness.papers.tadros.tables.images import distorted_rows, image_rows
from sleep_robustness.papers.tadros.tables.weights import weight_spreads
from sleep_robustness.plots.style import save
from sleep_robustness.tables.curves import accuracy_curves

dataset, readings, distortions = Dataset.load(job.input.dataset), job.params.readings, job.params.distortions
summary = pd.concat(map(pd.read_csv, job.input.accuracy), ignore_index=True)
accuracy, by_logits = (
    accuracy_curves(summary, summary[:0], readings, "distortions", list(distortions), measure)
    for measure in ("accuracy", "accuracy_by_logits")
)
asleep = by_logits[by_logits.defence == "sleep"].assign(network=lambda t: t.network + BY_LOGITS)
images = dataset.test_x.reshape(-1, *dataset.shape)
panels = {
    "A": pd.concat([image_rows(image, image=number) for number, image in enumerate(images)]),
    "B": distorted_rows(images[0], "patches", distortions).assign(image=0),
    "C": pd.concat([accuracy, asleep]),
    "D": weight_spreads(pd.read_csv(*job.input.weights), readings),
}
table = pd.concat([panel.assign(panel=letter) for letter, panel in panels.items()])
save(fig_3, table, **job.output)
