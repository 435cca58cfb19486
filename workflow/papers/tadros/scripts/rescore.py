"""Score what a search found on training images that it did not see, on the networks that a search sees and on others,
under several orders of the images."""

from _job import job

from pathlib import Path

import pandas as pd
import torch
import yaml

from sleep_robustness.data import Dataset, stratified_order
from sleep_robustness.files import atomic
from sleep_robustness.keys import key_of
from sleep_robustness.networks import load
from sleep_robustness.papers.tadros.search import Judge, rescored

torch.set_num_threads(1)
params, own, dataset = job.params.search, job.params.rescored, Dataset.load(job.input.dataset)
others = stratified_order(dataset.train_y)[params["examples"] :][: own["examples"]]
candidate = yaml.safe_load(Path(job.input.found).read_text(encoding="utf-8"))


def scored(runs: list[dict], files: list[str], orders: list) -> pd.DataFrame:
    """What is found, on some networks."""
    networks = load(files)
    controls = {run["seed"]: networks[key_of(run)] for run in runs}
    judge = Judge(dataset, controls, others, params["attack"] | own["attack"])
    return rescored(judge, candidate, orders, job.threads)


seen = scored(job.params.seen, job.input.controls, own["orders"])
unseen = scored(job.params.unseen, job.input.unseen, ["storage"])
with atomic(job.output.table) as temporary:
    pd.concat([seen.assign(seen=True), unseen.assign(seen=False)]).to_csv(temporary, index=False)
