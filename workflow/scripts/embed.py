"""Embed the images of a data set in CUB's layout."""

from _job import device, job

from pathlib import Path

import numpy as np
import pandas as pd
import torch

from sleep_robustness.embeddings import WEIGHTS, embed
from sleep_robustness.files import atomic

torch.set_num_threads(1)
weights = job.wildcards.weights
network = WEIGHTS[weights].load(Path(job.input.weights)).to(device())
files = [Path(file) for file in pd.read_csv(job.input.index)["file"]]
features = embed(files, weights, network, Path("resources/cache/embeddings"), job.threads)
with atomic(job.output.features) as temporary:
    np.save(temporary, features)
