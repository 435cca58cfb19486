"""The smoke scale through a real Slurm, with faults on the way: the same bytes as a run without it.

Slow, and skipped where Slurm is not installed or the user is not root (`slurm.sh` says why). The faults: the process that sends
the jobs is killed and started again, a job is cancelled, the node is drained and resumed.
"""

import os
import re
import shutil
import signal
import subprocess
import time

import pytest
from conftest import ROOT, SMOKE, Project, fill_in_profile, give_mnist

SLURM = ROOT / "tests/cluster/slurm.sh"
PROFILE = ["--workflow-profile", "profiles/slurm"]
NO_ACCOUNTS = {"slurm-status-command": "squeue"}
WAIT = 3600  # seconds at most for anything

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def slurm(tmp_path_factory):
    """A cluster of one node."""
    if os.geteuid() or not all(map(shutil.which, ("slurmctld", "slurmd", "munged"))):
        pytest.skip("SLURM IS NOT HERE, or you are not root: Debian's packages are slurm-wlm and munge")
    folder = tmp_path_factory.mktemp("slurm")
    subprocess.run([SLURM, "start", folder], check=True, timeout=WAIT)
    yield
    subprocess.run([SLURM, "stop", folder], check=True)


def queue(*fields: str) -> list[list[str]]:
    """The jobs of the queue: these fields of squeue."""
    lines = subprocess.run(["squeue", "-h", "-o", " ".join(fields)], capture_output=True, text=True, check=True).stdout
    return [line.split() for line in lines.splitlines()]


def until(found, what: str):
    """What `found` gives as soon as it gives something."""
    end = time.monotonic() + WAIT
    while not (value := found()):
        assert time.monotonic() < end, f"waited in vain for {what}"
        time.sleep(1)
    return value


def begin(project) -> subprocess.Popen:
    """Send the jobs, from a process group of its own."""
    with (project.folder / "cluster.log").open("a") as log:
        return subprocess.Popen(
            project.command(*SMOKE, *PROFILE), cwd=project.folder, stdout=log, stderr=log, start_new_session=True
        )


def running() -> list[str]:
    """The numbers of the jobs that run."""
    return [job for job, state in queue("%i", "%T") if state == "RUNNING"]


def node(state: str) -> None:
    """Bring the node into a state."""
    subprocess.run(["scontrol", "update", f"nodename={os.uname().nodename}", f"state={state}", "reason=test"], check=True)


def test_a_run_through_slurm_with_faults_gives_the_bytes_of_a_run_without(tmp_path, mnist_raw, slurm):
    here = give_mnist(Project(tmp_path / "here"), mnist_raw)
    here.snakemake("--cores", "2", *SMOKE)
    there = fill_in_profile(give_mnist(Project(tmp_path / "there"), mnist_raw), **NO_ACCOUNTS)

    sent = begin(there)
    until(running, "the first job")
    time.sleep(60)
    os.killpg(sent.pid, signal.SIGKILL)
    sent.wait()
    there.snakemake("--unlock", *SMOKE)
    until(lambda: not queue("%i"), "jobs whose sender was killed")

    sent = begin(there)
    subprocess.run(["scancel", until(running, "a job to cancel")[0]], check=True)
    time.sleep(60)
    node("drain")
    until(lambda: not running(), "the drained node to be empty")
    node("resume")
    assert sent.wait(WAIT) == 0, (there.folder / "cluster.log").read_text()[-8000:]

    log = (there.folder / "cluster.log").read_text()
    assert len(re.findall("has been submitted with SLURM jobid", log)) > 50
    assert measured(here) == measured(there)
    done = there.snakemake(*SMOKE, *PROFILE)
    assert "Nothing to be done" in done.stdout + done.stderr


def measured(project) -> dict[str, bytes]:
    """The CSVs of a run, but for measured times."""
    return {name: text for name, text in project.csv().items() if name.endswith(".csv") and not name.endswith("_time.csv")}
