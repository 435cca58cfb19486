"""Let a seed's networks sleep for so many steps, and find what is left of them."""

from _job import device, job, log

import numpy as np
import pandas as pd

from sleep_robustness.data import Dataset
from sleep_robustness.files import atomic
from sleep_robustness.papers.together.dose import dosed, left
from sleep_robustness.papers.together.networks import network_of

dataset, seed, own, where, arrays = Dataset.load(job.input.dataset), int(job.wildcards.seed), job.params.dose, device(), {}
order = pd.read_csv(job.input.order)["example"].to_numpy()
examples = order[: own["examples"]]  # in that order, so that the attacked ones are those of the table
for name, row, file in zip(own["bases"], job.params.rows, job.input.networks, strict=True):
    base = network_of(row, seed, file).to(where)
    for steps, network in dosed(base, dataset, job.params.sleep, own["steps"], seed, where):
        how = {"attacked": own["attacked"], "strength": own["strength"], "linf": job.params.linf, "seed": seed}
        found = left(network, dataset.test_x[examples], dataset.test_y[examples], **how)
        log.info("%s, %d steps: %s", name, steps, ", ".join(f"{one} {flags.mean():.3f}" for one, flags in found.items()))
        arrays |= {f"{name}/{steps}/{one}": flags for one, flags in found.items()}
with atomic(job.output.flags) as temporary:
    np.savez_compressed(temporary, **arrays)
