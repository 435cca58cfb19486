"""The searches for parameters of sleep: their evaluations, and what they found on other images and orders."""

from _job import job

from functools import partial

import pandas as pd

from sleep_robustness.papers.tadros.plots.fig_search import fig_search
from sleep_robustness.papers.tadros.tables.searches import least_accuracies, search_titles, searches_table
from sleep_robustness.plots.style import save

searches = job.params.searches
histories, rescored = (
    {name: pd.read_csv(file) for name, file in zip(searches, files, strict=True)}
    for files in (job.input.histories, job.input.rescored)
)
table = searches_table(histories, rescored)
drawn = partial(fig_search, titles=search_titles(searches), accuracies=least_accuracies(searches))
save(drawn, table, **job.output)
