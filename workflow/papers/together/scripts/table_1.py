"""All defences under one evaluation."""

from _job import job

from pathlib import Path

import pandas as pd

from sleep_robustness.files import atomic
from sleep_robustness.papers.together.answer import answer
from sleep_robustness.papers.together.tables.table_1 import table_1, table_rows
from sleep_robustness.tables.style import write

prices = pd.concat([pd.read_csv(file) for file in job.input.prices], ignore_index=True)
prices["training_multiply_adds"] = prices.row.map(job.params.passes) * prices.multiply_adds
numbers = table_rows(
    job.params.rows, job.params.strengths, pd.read_csv(job.input.levels).fillna({"by": "", "doubts": ""}), prices
)
times = pd.concat([pd.read_csv(file) for file in job.input.times], ignore_index=True)
write(numbers, table_1(numbers, job.params.names, times), **{kind: job.output[kind] for kind in ("csv", "md", "html")})
with atomic(job.output.time) as temporary:
    times.to_csv(temporary, index=False)
with atomic(job.output.answer) as temporary:
    said = answer(numbers, pd.read_csv(job.input.differences), job.params.shown)
    Path(temporary).write_text(f"{said}\n", encoding="utf-8")
