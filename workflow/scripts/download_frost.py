"""Get the photographs of frost."""

from _job import job

from pathlib import Path

from sleep_robustness.data.frost import download

download(Path(job.output.photographs), Path("resources/cache"), job.params.folder)
