"""Get the four raw MNIST files. Where they come from does not change them, so it is read from the config, not from params."""

from _job import job

from pathlib import Path

from sleep_robustness.data.mnist import download

config = job.config["datasets"]["mnist"]
download(Path(job.output[0]).parent, Path("resources/cache"), config["sources"], config["folder"])
