"""One network's sleep under leaks of other time constants and other resets."""

from _job import device, job

import numpy as np
import pandas as pd
import torch

from sleep_robustness.data import Dataset, first_examples
from sleep_robustness.defences.sleep import bedded
from sleep_robustness.files import atomic
from sleep_robustness.networks import load
from sleep_robustness.papers.tadros.analyses.leak import settings, sweep

params, own, where, dataset = job.params.analysis, job.params.sleep, device(), Dataset.load(job.input.dataset)
examples = first_examples(pd.read_csv(job.input.order)["example"].to_numpy(), params["examples"])
x, y = (torch.from_numpy(values[examples]).to(where) for values in (dataset.test_x, dataset.test_y))

base = load(job.input.controls, where)[job.params.control]
given = bedded(dataset, own, base, int(job.wildcards.seed), where)
arrays = sweep(base, given, own["rule"], settings(params["constants"], params["resets"]), x, y, params)
with atomic(job.output.arrays) as temporary:
    np.savez_compressed(temporary, example=examples, label=dataset.test_y[examples], **arrays)
