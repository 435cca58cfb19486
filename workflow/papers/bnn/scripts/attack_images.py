"""Find which test images of CIFAR-10 networks are right on under FGSM through ResNet-50."""

from _job import device, job

from pathlib import Path

import torch

from sleep_robustness.arrays import load_arrays
from sleep_robustness.data.features import first_of_each, standardised
from sleep_robustness.embeddings import WEIGHTS
from sleep_robustness.enlarged import Enlarged, as_floats
from sleep_robustness.papers.bnn.learnt import Learnt
from sleep_robustness.papers.bnn.tasks import tasks_of
from sleep_robustness.papers.bnn.through import image_flags

torch.set_num_threads(1)
weights, params = job.params.weights, job.params.images
resnet = Enlarged(WEIGHTS[weights].load(Path(job.input.weights)), weights).to(device())
x, y = load_arrays(job.input.images, "test_x", "test_y").values()
taken = first_of_each(y, params["examples"])
x, y = as_floats(x[taken]).to(device()), y[taken]
runs = zip(job.params.runs, job.input.learnt, strict=True)
networks = {(run["member"], run["seed"]): Learnt.load(file) for run, file in runs}
image_flags(
    networks,
    tasks_of(job.params.tasks, 0, 0),
    x,
    y,
    features=lambda images: standardised(resnet(images), job.params.divided_by),
    objective=job.wildcards.by_variant,
    strengths=params["strengths"],
    statistics=job.params.statistics,
).save(job.output.flags)
