"""Controls of each seed that are trained for other lengths, and asleep, under FGSM."""

from _job import device, each_network, job, log

import numpy as np
import pandas as pd

from sleep_robustness.analyses.undertrained import lengths, trained, undertrain
from sleep_robustness.data import Dataset, first_examples
from sleep_robustness.files import atomic
from sleep_robustness.models import load

params, training, where, dataset = job.params.analysis, job.params.training, device(), Dataset.load(job.input.dataset)
examples = first_examples(pd.read_csv(job.input.order)["example"].to_numpy(), params["examples"])
asked, known = lengths(len(dataset.train_x), **job.params.lengths), (len(dataset.train_x), training["epochs"])

for seed, control, output in each_network(job.params.seeds or [int(job.wildcards.seed)], job.input.control, job.output.arrays):
    bases = []
    for length in asked:
        log.info("seed %d: %d images, %d epochs", seed, *length)
        # that of the data set's own training is there already
        bases.append(load(control, where) if length == known else trained(dataset, training, length, seed, where))
    found = undertrain(dataset, bases, job.params.sleeps, **params | {"examples": examples}, seed=seed, device=where)
    images, epochs = zip(*asked, strict=True)
    with atomic(output) as temporary:
        np.savez_compressed(temporary, images=images, epochs=epochs, all=len(dataset.train_x), example=examples, **found)
