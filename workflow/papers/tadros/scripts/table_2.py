"""Table 2: training parameters, printed beside those the configuration used."""

from _job import job

import pandas as pd

from sleep_robustness.papers.tadros.tables.table_2 import table_2
from sleep_robustness.tables.style import write

used = pd.DataFrame(
    {
        "dataset": dataset,
        "parameter": parameter,
        "used": "-".join(map(str, value)) if isinstance(value, list) else str(value),
    }
    for dataset, training in job.params.training.items()
    for parameter, value in training.items()
)
write(*table_2(used, pd.read_csv(job.input.printed, dtype=str), job.params.not_run), **job.output)
