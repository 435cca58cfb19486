"""Figure 7: noisy and blurred MNIST images."""

from _job import job

from sleep_robustness.data import Dataset
from sleep_robustness.papers.tadros.plots.fig_7 import fig_7
from sleep_robustness.papers.tadros.tables.images import distorted_rows
from sleep_robustness.plots.style import save

dataset = Dataset.load(job.input.dataset)
table = distorted_rows(dataset.test_x[0].reshape(dataset.shape), "mnist", job.params.distortions)
save(fig_7, table, **job.output)
