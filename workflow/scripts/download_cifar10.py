"""Get the images of CIFAR-10 or CIFAR-100."""

from _job import job

from pathlib import Path

from sleep_robustness.data.cifar10 import download

download(Path(job.output.images), Path("resources/cache"), job.params.batches, job.params.get("classes", 10))
