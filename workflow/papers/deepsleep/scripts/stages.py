"""Follow networks through the stages of DeepSleep: weights, accuracies, spikes."""

from _job import job

import pandas as pd
import torch

from sleep_robustness.batches import located, read_facts
from sleep_robustness.data import Dataset
from sleep_robustness.files import atomic
from sleep_robustness.keys import key_of
from sleep_robustness.networks import load
from sleep_robustness.papers.deepsleep.stages import filter_rows, spike_rows, stage_rows
from sleep_robustness.randomness import torch_stream

dataset, networks = Dataset.load(job.input.dataset), load(job.input.models)
examples = pd.read_csv(job.input.order)["example"].to_numpy()[: job.params.examples]
x, y = (torch.from_numpy(values[examples]) for values in (dataset.test_x, dataset.test_y))
train_x = torch.from_numpy(dataset.train_x[: job.params.examples])

for run in job.params.asleep:
    if job.params.inputs[run["reading"]] == "spikes":
        networks[key_of(run)].draws = torch_stream("stages of DeepSleep", run["seed"])
rows, filters = [], []
runs, slept = pd.DataFrame(job.params.runs), located(job.params.slept, job.input.facts)
for reading, own in runs.groupby("reading", sort=False):
    after = {
        name: [networks[key_of(run)] for run in part.to_dict("records")] for name, part in own.groupby("after", sort=False)
    }
    names = own.drop_duplicates("after").set_index("after")[["dataset", "defence", "variant"]].to_dict("index")
    histories = [pd.DataFrame(read_facts(path)["history"]) for path in slept[slept.reading == reading].path]
    found = [*stage_rows(after, train_x, x, y), *spike_rows(histories, job.params.shown[reading])]
    rows += [
        {"reading": reading, **names[stage], "after": stage, "layer": layer, "measure": measure, **row}
        for stage, layer, measure, row in found
    ]
    first = {name: own[0] for name, own in after.items() if name != "asleep"}
    filters.append(filter_rows(first).assign(reading=reading))
for table, path in ((pd.DataFrame(rows), job.output.table), (pd.concat(filters), job.output.filters)):
    with atomic(path) as temporary:
        table.to_csv(temporary, index=False)
