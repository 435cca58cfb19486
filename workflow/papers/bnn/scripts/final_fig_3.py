"""Final report, Figure 3: accuracy on each task after the last, by metaplasticity, width and epochs; and time."""

from _job import job

import pandas as pd

from sleep_robustness.files import atomic
from sleep_robustness.papers.bnn.curves import grid_curves, times
from sleep_robustness.papers.bnn.plots.final_fig_3 import final_fig_3
from sleep_robustness.plots.style import save

levels, printed = pd.read_csv(job.input.levels), pd.read_csv(job.input.printed)
accuracies = grid_curves(levels, printed, job.params.readings, job.params.tasks, job.params.widths)
seconds = times(pd.DataFrame(job.params.runs).assign(path=list(job.input.times)), pd.read_csv)
with atomic(job.output.time) as temporary:
    seconds.to_csv(temporary, index=False)


def draw(table):
    """The figure of accuracies, with the times of their readings beside."""
    return final_fig_3(pd.concat([table, seconds.merge(table[["reading"]].drop_duplicates())]))


output = job.output
save(draw, accuracies, csv=output.csv, pdf=output.pdf, png=output.png, readings=output.readings)
