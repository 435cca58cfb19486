"""Figure 5, before and after sleep: decision regions, the strength of FGSM for each digit, and mean outputs."""

from _job import job

import pandas as pd

from sleep_robustness.papers.tadros.plots.fig_5 import fig_5
from sleep_robustness.papers.tadros.tables.classes import by_class, by_output
from sleep_robustness.plots.style import save

classes = by_class(pd.read_csv(*job.input.classes), job.params.readings, "fgsm", ["control", "sleep"])
plane = pd.read_csv(job.input.plane).drop_duplicates(["label", "measure", "phase"])  # the same of all its readings
plane = plane.drop(columns=["dataset", "defence", "variant", "reading"])
drawn = plane.measure.isin(["area", "recall"]) & (plane.phase != "difference") | (plane.measure == "changed_area")
panels = {
    "A regions": pd.read_csv(job.input.regions),
    "A shares": plane[drawn],
    "B": classes[classes.measure.isin(["mean", "clean"])],
    "C": by_output(pd.read_csv(*job.input.scores), classes),
}
table = pd.concat([panel.assign(panel=name) for name, panel in panels.items()])
save(fig_5, table, **job.output)
