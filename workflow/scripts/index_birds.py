"""Find the images of a data set in CUB's layout, and write down which there are."""

from _job import job

from pathlib import Path

import pandas as pd

from sleep_robustness.data.cub200 import check_classes, locate, read_index
from sleep_robustness.files import atomic

output = Path(job.output.index)
folder = locate(job.params.images or job.input.source, output.parent / "unpacked")
index = read_index(folder, job.params.inverted_split)
for outputs in job.params.outputs:
    check_classes(job.wildcards.data, len(index.classes), outputs)
names = [index.classes[label] for label in index.labels]
table = {
    "file": [folder / "images" / file for file in index.files],
    "label": index.labels,
    "class": names,
    "train": index.train,
}
with atomic(output) as temporary:
    pd.DataFrame(table).to_csv(temporary, index=False)
