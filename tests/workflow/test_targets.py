"""Which jobs each named target plans: a change of the plan shows here, before any job runs.

`python tests/workflow/test_targets.py` writes targets.yaml anew.
"""

import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import yaml
from conftest import ROOT, SMOKE, give_mnist

PINNED = Path(__file__).with_name("targets.yaml")


def planned(dag: str) -> dict[str, dict[str, int]]:
    """How many jobs of each rule every figure and table and the page need, from Snakemake's graph of all jobs."""
    rules = dict(re.findall(r'^\s*(\d+)\[label = "(\w+)', dag, re.MULTILINE))
    needs: dict[str, set[str]] = {job: set() for job in rules}
    for first, second in re.findall(r"^\s*(\d+) -> (\d+)", dag, re.MULTILINE):
        needs[second].add(first)

    def behind(job: str) -> set[str]:
        found, waiting = set(), [job]
        while waiting:
            one = waiting.pop()
            waiting += needs[one] - found
            found.add(one)
        return found

    ends = {rule: job for job, rule in rules.items() if re.search("_(fig|table)_|page$", rule)}
    counts = {end: Counter(rules[one] for one in behind(job)) for end, job in ends.items()}
    return {end: dict(sorted(counts[end].items())) for end in sorted(counts)}


def test_every_target_plans_the_jobs_that_are_pinned(project, mnist_raw):
    give_mnist(project, mnist_raw)
    found = planned(project.snakemake("--dag", *SMOKE).stdout)
    pinned = yaml.safe_load(PINNED.read_text())
    assert found.keys() == pinned.keys()
    for target, jobs in found.items():
        assert jobs == pinned[target], f"{target} plans other jobs; if that is meant, run python {Path(__file__).name}"


def test_a_graph_is_counted_job_by_job():
    jobs = ' 0[label = "tadros_fig_1"];\n 1[label = "train\\nseed: 1"];\n 2[label = "mnist"];'
    dag = f"digraph {{\n{jobs}\n 2 -> 1\n 1 -> 0\n 2 -> 0\n}}"
    assert planned(dag) == {"tadros_fig_1": {"mnist": 1, "tadros_fig_1": 1, "train": 1}}


if __name__ == "__main__":
    command = [sys.executable, "-m", "snakemake", "--dag", "--configfile", "config/smoke.yaml"]
    graph = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    PINNED.write_text(yaml.safe_dump(planned(graph), default_flow_style=None, sort_keys=False, width=130))
