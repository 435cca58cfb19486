"""Write out the weights of networks of one layer, with what their pixels are to each output."""

from _job import job

import pandas as pd

from sleep_robustness.data import Dataset
from sleep_robustness.files import atomic
from sleep_robustness.keys import key_of
from sleep_robustness.networks import load
from sleep_robustness.papers.tadros.analyses.pixels import weight_rows

dataset, tables = Dataset.load(job.input.dataset), []
networks = load(job.input.models)
for run in job.params.runs:
    tables.append(weight_rows(networks[key_of(run)], dataset).assign(**run))
with atomic(job.output.table) as temporary:
    pd.concat(tables)[["defence", "variant", "seed", "output", "input", "role", "weight"]].to_csv(temporary, index=False)
