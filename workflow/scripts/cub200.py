"""Make a data set of the embeddings of images in CUB's layout."""

from _job import job

import numpy as np
import pandas as pd

from sleep_robustness.data.cub200 import load
from sleep_robustness.files import readable

index, limit = pd.read_csv(job.input.index), job.params.train_examples
labels, train = index["label"].to_numpy(), index["train"].to_numpy()
limit = None if limit == "all" else limit
with readable(job.input.features):
    features = np.load(job.input.features)
load(features, labels, train, job.params.scaling, limit).save(job.output.dataset)
