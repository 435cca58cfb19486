"""Get the four raw files of a data set. Their sources are not among the params where checksums say what the files are, so that
another source does not run everything anew."""

from _job import job

from pathlib import Path

from sleep_robustness.data.idx import download

name = job.wildcards.data
source = {key: job.config["datasets"][name][key] for key in ("sources", "folder", "md5")}
download(Path(job.output[0]).parent, Path("resources/cache") / name, name, **source)
