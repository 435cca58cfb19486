"""Figure 7: noisy and blurred MNIST images."""

from _job import job

import numpy as np
import pandas as pd

from sleep_robustness.data import Dataset
from sleep_robustness.distortions import distortion
from sleep_robustness.files import atomic
from sleep_robustness.plots.fig_7 import fig_7
from sleep_robustness.plots.style import save
from sleep_robustness.randomness import numpy_stream

dataset = Dataset.load(job.input.dataset)
image = dataset.test_x[:1].reshape(1, *dataset.shape)
rows, columns = (axis.ravel() for axis in np.indices(dataset.shape))
tables = []
for name, params in job.params.distortions.items():
    for strength in params["strengths"]:
        rng = numpy_stream(f"distortion {name}", "mnist", "example", strength)
        pixels = distortion(name).apply(image, strength, rng, params)[0]
        axes = {"distortion": name, "strength": strength, "row": rows, "column": columns}
        tables.append(pd.DataFrame(axes | {"value": pixels.ravel()}))
table = pd.concat(tables)
with atomic(job.output.csv) as temporary:
    table.to_csv(temporary, index=False)
save(fig_7(table), job.output.pdf, job.output.png)
