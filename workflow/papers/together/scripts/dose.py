"""Let a network sleep for so many steps, and find what is left of it."""

from _job import device, job, log

import numpy as np
import pandas as pd

from sleep_robustness.data import Dataset
from sleep_robustness.files import atomic
from sleep_robustness.papers.together.dose import dosed, left
from sleep_robustness.papers.together.networks import network_of

dataset, seed, own, where, arrays = Dataset.load(job.input.dataset), int(job.wildcards.seed), job.params.dose, device(), {}
examples = pd.read_csv(job.input.order)["example"].to_numpy()[: own["examples"]]  # so that the attacked ones are the table's
base = network_of(job.params.row, seed, job.input.network).to(where)
how = {"attacked": own["attacked"], "strength": own["strength"], "linf": job.params.linf, "seed": seed}
for steps, network in dosed(base, dataset, job.params.sleep, own["steps"], seed, where):
    found = left(network, dataset.test_x[examples], dataset.test_y[examples], **how)
    log.info("%d steps: %s", steps, ", ".join(f"{one} {flags.mean():.3f}" for one, flags in found.items()))
    arrays |= {f"{steps}/{one}": flags for one, flags in found.items()}
with atomic(job.output.flags) as temporary:
    np.savez_compressed(temporary, **arrays)
