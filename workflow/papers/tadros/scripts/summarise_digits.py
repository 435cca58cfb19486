"""Sum up what sleep does to each digit: under an attack and in the outputs."""

from _job import job

from sleep_robustness.arrays import load_arrays
from sleep_robustness.batches import located, read
from sleep_robustness.files import atomic
from sleep_robustness.papers.tadros.analyses.digits import digit_rows, score_rows

runs = located(job.params.runs, job.input.runs)
arrays = load_arrays(job.input.outputs)
labels = arrays.pop("label")
outputs = {(defence, variant, int(seed)): arrays[key] for key in arrays for defence, variant, seed in [key.split("/")]}
with atomic(job.output.digits) as temporary:
    digit_rows(runs, read, outputs, labels).to_csv(temporary, index=False)
scores = score_rows(outputs, labels)
scores.insert(0, "dataset", job.wildcards.dataset)
with atomic(job.output.scores) as temporary:
    scores.to_csv(temporary, index=False)
