"""Make a data set of the embeddings of CIFAR-10's or CIFAR-100's images."""

from _job import job

from pathlib import Path

from sleep_robustness.data.cifar10 import load

load(Path(job.input.features), job.params.divided_by).save(job.output.dataset)
