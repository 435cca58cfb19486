"""Get the official archive of CUB-200-2011."""

from _job import job

from pathlib import Path

from sleep_robustness.data.cub200 import download

download(Path(job.output.archive), Path("resources/cache"))
