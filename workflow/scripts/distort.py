"""Classify distorted test images with networks, and keep for each image whether that was right, and whether it were by the
logits, which tell classes apart where the outputs after the ReLU are all 0."""

from _job import device, job

import numpy as np
import pandas as pd
import torch

from sleep_robustness.batches import write
from sleep_robustness.data import HeldOut, first_examples
from sleep_robustness.distortions import distortion
from sleep_robustness.keys import key_of
from sleep_robustness.networks import load
from sleep_robustness.randomness import numpy_stream

name, params, where, dataset = job.wildcards.distortion, job.params.distortion, device(), HeldOut.load(job.input.dataset)
examples = first_examples(pd.read_csv(job.input.order)["example"].to_numpy(), params["examples"])
examples = examples.repeat(params.get("draws", 1))  # of a distortion that draws random numbers
images, labels = dataset.test_x[examples].reshape(-1, *dataset.shape), dataset.test_y[examples]

networks, found = load(job.input.models, where), {}
for run in job.params.runs:
    network, right = networks[key_of(run)], {"right": [], "right_by_logits": []}
    for strength in params["strengths"]:
        rng = numpy_stream(f"distortion {name}", run["dataset"], run["seed"], strength)
        distorted = distortion(name).apply(images, strength, rng, params).reshape(len(images), -1)
        with torch.no_grad():
            logits = network.logits(torch.from_numpy(distorted.astype(np.float32)).to(where))
        right["right"].append(network.decided(logits).cpu().numpy() == labels)
        right["right_by_logits"].append(logits.argmax(1).cpu().numpy() == labels)
    arrays = {kind: np.stack(flags, axis=1) for kind, flags in right.items()}
    found[key_of(run)] = arrays | {"example": examples, "label": labels, "strengths": np.array(params["strengths"], float)}
write(found, job.output.arrays)
