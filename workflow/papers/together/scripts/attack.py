"""Attack a row's network by all attacks, and show it the images that were made on other networks."""

from _job import device, job, log

import numpy as np
import pandas as pd
import torch

from sleep_robustness.arrays import load_arrays
from sleep_robustness.data import HeldOut, first_examples
from sleep_robustness.evaluation import attack_all, right
from sleep_robustness.papers.together.found import Found, with_transfers
from sleep_robustness.papers.together.networks import network_of, refereed, views

where, dataset, seed, params = device(), HeldOut.load(job.input.dataset), int(job.wildcards.seed), job.params
examples = first_examples(pd.read_csv(job.input.order)["example"].to_numpy(), params.examples)
network = network_of(params.row, seed, job.input.network).to(where)
x = torch.from_numpy(dataset.test_x[examples]).to(where, network.precision)
y = torch.from_numpy(dataset.test_y[examples]).to(where)
own = views(network, params.windows)
found = attack_all(network, x, y, params.strengths, seed, linf=params.linf, l2=params.l2, views=own)
shown = {}
for name, file in zip(params.sources, job.input.images, strict=True):
    images = load_arrays(file)
    each = [right(network, images["images"][number], y) for number in np.searchsorted(images["strengths"], found.strengths)]
    shown[name] = np.stack(each, axis=1)
referee, strengths = np.zeros((len(y), 0), bool), []
if params.referee:
    referee, strengths = refereed(network, x, y, params.referee, seed), params.referee["strengths"]
found = with_transfers(found, shown)
log.info("right on %s of %d images under the worst attack, ε %s", found.worst.sum(0), len(y), found.strengths)
Found(found, referee, np.array(strengths)).save(job.output.found)
