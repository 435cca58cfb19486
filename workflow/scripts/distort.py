"""Classify distorted test images with the network of each seed, and keep for each image whether that was right, and whether it
were by the logits, which tell classes apart where the outputs after the ReLU are all 0."""

from _job import device, each_network, job

import numpy as np
import pandas as pd
import torch

from sleep_robustness.data import HeldOut, first_examples
from sleep_robustness.distortions import distortion
from sleep_robustness.files import atomic
from sleep_robustness.models import load
from sleep_robustness.randomness import numpy_stream

axes, params, where, dataset = job.params.axes, job.params.distortion, device(), HeldOut.load(job.input.dataset)
examples = first_examples(pd.read_csv(job.input.order)["example"].to_numpy(), params["examples"])
examples = examples.repeat(params.get("draws", 1))  # of a distortion that draws random numbers
images, labels = dataset.test_x[examples].reshape(-1, *dataset.shape), dataset.test_y[examples]

for seed, model, output in each_network(job.params.seeds, job.input.model, job.output.table):
    network, table = load(model, where), pd.DataFrame({"example": examples, "label": labels})
    for strength in params["strengths"]:
        rng = numpy_stream(f"distortion {axes['distortion']}", axes["dataset"], seed, strength)
        distorted = distortion(axes["distortion"]).apply(images, strength, rng, params).reshape(len(images), -1)
        with torch.no_grad():
            logits = network.logits(torch.from_numpy(distorted.astype(np.float32)).to(where))
        for name, predicted in (("right", network.decided(logits)), ("by_logits", logits.argmax(1))):
            table[f"{name}_{strength}"] = (predicted.cpu().numpy() == labels).astype(int)
    with atomic(output) as temporary:
        table.to_csv(temporary, index=False)
