"""Get ResNet-50's weights for ImageNet."""

from _job import job

from pathlib import Path

from sleep_robustness.data.resnet50 import download

download(job.wildcards.weights, Path(job.output.weights), Path("resources/cache"))
