"""Controls of each seed that are trained for other lengths, and asleep, under FGSM."""

from _job import device, job, log

import pandas as pd

from sleep_robustness.batches import write
from sleep_robustness.data import Dataset, first_examples
from sleep_robustness.keys import key_of
from sleep_robustness.networks import load
from sleep_robustness.papers.tadros.analyses.undertrained import lengths, trained, undertrain

params, training, where, dataset = job.params.analysis, job.params.training, device(), Dataset.load(job.input.dataset)
examples = first_examples(pd.read_csv(job.input.order)["example"].to_numpy(), params["examples"])
asked, known = lengths(len(dataset.train_x), **job.params.lengths), (len(dataset.train_x), training["epochs"])

controls, batch = load(job.input.controls, where), {}
for run in job.params.runs:
    bases = []
    for length in asked:
        log.info("seed %d: %d images, %d epochs", run["seed"], *length)
        # that of the data set's own training is there already
        bases.append(controls[key_of(run)] if length == known else trained(dataset, training, length, run["seed"], where))
    found = undertrain(dataset, bases, job.params.sleeps, **params | {"examples": examples}, seed=run["seed"], device=where)
    images, epochs = zip(*asked, strict=True)
    trainings = {"images": images, "epochs": epochs, "all": len(dataset.train_x)}
    batch[key_of(run)] = trainings | {"example": examples, **found}
write(batch, job.output.arrays)
