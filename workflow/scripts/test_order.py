"""Fix the order in which attacks take the test examples."""

from _job import job

import pandas as pd

from sleep_robustness.data import HeldOut, stratified_order
from sleep_robustness.files import atomic

labels = HeldOut.load(job.input.dataset).test_y
order = stratified_order(labels)
with atomic(job.output.order) as temporary:
    pd.DataFrame({"example": order, "label": labels[order]}).to_csv(temporary, index=False)
