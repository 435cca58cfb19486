"""Search for parameters of sleep on MNIST's training images."""

from _job import job, log

import hashlib
import json
from pathlib import Path

import pandas as pd
import torch
import yaml

from sleep_robustness.data import Dataset, stratified_order
from sleep_robustness.files import atomic
from sleep_robustness.keys import key_of
from sleep_robustness.metrics import best
from sleep_robustness.networks import load
from sleep_robustness.papers.tadros.search import Judge, tune, variant

torch.set_num_threads(1)  # the numbers are not to depend on the cores that the job was given
params, dataset = job.params.search, Dataset.load(job.input.dataset)
networks = load(job.input.controls)
controls = {run["seed"]: networks[key_of(run)] for run in job.params.runs}
judge = Judge(dataset, controls, stratified_order(dataset.train_y)[: params["examples"]], params["attack"])

# beside the outputs, and not one, so that it is kept when the job is killed; named by all that its numbers come from
contents = [hashlib.sha256(Path(file).read_bytes()).hexdigest() for file in job.input]
asked = hashlib.sha256(json.dumps([params, job.params.starts, contents]).encode()).hexdigest()[:8]
unfinished = Path(job.output.history).with_name(f"unfinished_{asked}.csv")
known = pd.read_csv(unfinished) if unfinished.exists() else None


def keep(history: pd.DataFrame) -> None:
    """Write the history so far."""
    with atomic(unfinished) as temporary:
        history.to_csv(temporary, index=False)


history = tune(judge, params, job.params.starts, known, keep, job.threads)
with atomic(job.output.history) as temporary:
    history.to_csv(temporary, index=False)
found = best(history)
log.info("found in evaluation %d: value %.3f, accuracy %.3f", found.evaluation, found.value, found.clean)
with atomic(job.output.found) as temporary:
    temporary.write_text(yaml.safe_dump(variant(found.to_dict(), params["fixed"]), sort_keys=False), encoding="utf-8")
unfinished.unlink(missing_ok=True)
