"""What is left after so many steps of sleep."""

from _job import job

from sleep_robustness.arrays import load_arrays
from sleep_robustness.papers.together.dose_rows import dose_rows
from sleep_robustness.papers.together.plots.fig_dose import fig_dose
from sleep_robustness.plots.style import save

found = {}
for (base, seed), file in zip(job.params.runs, job.input.flags, strict=True):
    for key, flags in load_arrays(file).items():
        steps, measure = key.split("/")
        found.setdefault((base, int(steps)), {}).setdefault(seed, {})[measure] = flags
rows = dose_rows(found)
table = rows.assign(called=rows.base.map(job.params.names), strength=job.params.strength)
save(lambda all_rows: fig_dose(all_rows[~all_rows.difference]), table, **job.output)
