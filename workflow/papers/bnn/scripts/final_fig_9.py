"""Final report, Figure 9: accuracy on split CIFAR under FGSM of features, and of images."""

from _job import job

import pandas as pd

from sleep_robustness.papers.bnn.plots.final_fig_9 import final_fig_9
from sleep_robustness.papers.bnn.split import attacked_values
from sleep_robustness.plots.style import save

features, images, printed = (pd.read_csv(file) for file in (job.input.features, job.input.images, job.input.printed))
save(final_fig_9, attacked_values(features, images, printed, job.params.readings), **job.output)
