"""What may go wrong in a run, at the smoke scale: killed jobs and runs, locks, wrong configs, sources that are not there."""

import inspect
import json
import os
import shutil
import subprocess
import sys
import time
from types import SimpleNamespace

import psutil
import pytest
import yaml
from conftest import ROOT, SMOKE, fill_in_profile, give_mnist
from snakemake.cli import get_argument_parser
from snakemake.scheduling.job_scheduler import JobRateLimiter, JobScheduler

from sleep_robustness.runs import without_timers

ATTACKED = "results/smoke/tadros/attacks/mnist/control/released/fgsm/loss/seeds1.npz"  # of one network, trained for it


def wait_for(condition, seconds=60):
    """What `condition` returns, once it is true."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if found := condition():
            return found
        time.sleep(0.02)
    raise AssertionError("waited in vain")


def jobs_of(folder, rule):
    """Running scripts of a rule in a folder."""
    found = []
    for process in psutil.process_iter(["cmdline"]):
        words = process.info["cmdline"] or []
        if words[-1:] and words[-1].startswith(f"{folder}/.snakemake/scripts/") and words[-1].endswith(f".{rule}.py"):
            found.append(process)
    return found


def start(project):
    """A run at work; nobody reads what it says, so it is not to wait for a reader."""
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    return subprocess.Popen(project.command("--cores", "2", ATTACKED), cwd=project.folder, **quiet)


def end_as(project, finished):
    """Let a run go on to its end, which must be that of one which was never stopped."""
    project.snakemake("--cores", "2", ATTACKED)
    assert ATTACKED in project.csv() and project.csv().items() <= finished.csv().items()


def clear(project):
    """What `make reproduce` does before it starts."""
    command = [sys.executable, "-m", "sleep_robustness.runs"]
    environment = {"PYTHONPATH": str(ROOT / "workflow" / "lib")}
    return subprocess.run(command, cwd=project.folder, env=environment, capture_output=True, text=True)


def test_a_killed_job_runs_again(finished_small, small):
    run = start(small)
    wait_for(lambda: jobs_of(small.folder, "train"))[0].kill()
    assert run.wait(timeout=120) != 0
    end_as(small, finished_small)


def test_a_killed_snakemake_goes_on(finished_small, small):
    run = start(small)
    wait_for(lambda: jobs_of(small.folder, "attack"), seconds=150)  # other jobs may come first
    alive = clear(small)
    assert alive.returncode == 1 and f"a run is at work in this folder (process {run.pid}" in alive.stderr
    assert alive.stderr.count("\n") == 1
    run.kill()
    run.wait()
    assert clear(small).stderr == "cleared the lock of a run that was killed\n"
    assert not jobs_of(small.folder, "attack")
    end_as(small, finished_small)
    assert clear(small).stderr == ""


def test_a_lock_of_another_host_is_left_alone(project):
    locks, runs = project.folder / ".snakemake/locks", project.folder / ".snakemake/runs"
    locks.mkdir(parents=True)
    runs.mkdir()
    (locks / "0.output.lock").touch()
    (runs / "elsewhere-1.json").write_text(json.dumps({"host": "elsewhere", "pid": 1, "created": 0.0}))
    done = clear(project)
    assert done.returncode == 1 and "a run on elsewhere (process 1, since 1970" in done.stderr and list(locks.iterdir())


def test_a_wrong_config_stops_snakemake_with_its_sentence(project):
    (project.folder / "config/mine.yaml").write_text("scale: huge")
    of_a_file = "config: scale is 'huge'; it must be laptop, full or smoke."
    of_a_word = "config: the scale comes with its sizes from a file; write --configfile config/NAME.yaml."
    for given, sentence in ((["--configfile", "config/mine.yaml"], of_a_file), (["--config", "scale=smoke"], of_a_word)):
        done = project.snakemake("-n", *given, check=False)
        said = [line for line in (done.stdout + done.stderr).splitlines() if line.startswith("config: ")]
        assert done.returncode != 0 and said == [sentence] and "Traceback" not in done.stderr


def test_a_bad_folder_stops_the_download_with_its_sentence(project, tmp_path):
    give_mnist(project, tmp_path / "nowhere")
    done = project.snakemake("--cores", "1", "resources/mnist/train-images-idx3-ubyte", *SMOKE, check=False)
    sentence = f"[download_idx mnist] the data set mnist cannot be had ({tmp_path}/nowhere: it is not a folder); mend"
    assert done.returncode != 0 and sentence in done.stderr and "Traceback" not in done.stderr
    assert not (project.folder / "resources" / "mnist").exists() or not list((project.folder / "resources/mnist").iterdir())


@pytest.mark.parametrize(
    "spoil",
    [
        lambda content: content[:-9] + bytes([content[-9] ^ 1]) + content[-8:],
        lambda content: content[: len(content) // 2],
        lambda content: b"",
        lambda content: b"<html>Sign in</html>",
    ],
    ids=["flipped", "cut", "emptied", "replaced"],
)
def test_a_result_that_is_not_what_its_job_wrote_is_refused_and_made_anew(project, spoil):
    data, order = (f"results/smoke/data/patches/{name}" for name in ("dataset.npz", "test_order.csv"))
    project.snakemake("--cores", "1", order, *SMOKE[:2])
    before, file = project.csv(), project.folder / data
    shutil.copy2(file, project.folder / "copy")
    (project.folder / "copy").replace(file)  # a copy is as good
    os.utime(file, (earlier := file.stat().st_mtime - 5, earlier))
    project.snakemake("--cores", "1", order, "--force", *SMOKE[:2])
    file.write_bytes(spoil(file.read_bytes()))
    done = project.snakemake("--cores", "1", order, "--force", *SMOKE[:2], check=False)
    sentence = f"{data} is not what its job wrote: it was cut or changed since; delete it, and the next run makes it anew."
    assert done.returncode != 0 and sentence in done.stderr and "Traceback" not in done.stderr
    file.unlink()
    project.snakemake("--cores", "1", order, *SMOKE[:2])
    assert project.csv() == before


def test_what_was_downloaded_stays_when_code_changes(project, mnist_raw):
    """1.2 GB were lost so: an archive was put there, a line of a script was written, and Snakemake deleted it to download it
    again. Here MNIST, with sources that give nothing."""
    own = {"datasets": {"mnist": {"sources": ["https://127.0.0.1:1/none"]}}}
    (project.folder / "config" / "local.yaml").write_text(yaml.safe_dump(own))
    shutil.copytree(mnist_raw, folder := project.folder / "resources/mnist")
    for file in folder.iterdir():
        os.utime(file, (0, 0))  # older than all code
    before = {file.name: file.read_bytes() for file in folder.glob("*-ubyte")}
    done = project.snakemake("--cores", "1", "resources/mnist/train-labels-idx1-ubyte", *SMOKE)
    assert "rule download_idx" in done.stderr
    assert {file.name: file.read_bytes() for file in folder.glob("*-ubyte")} == before and len(before) == 4


def test_a_change_of_the_library_downloads_nothing(project):
    (archive := project.folder / "resources/cub200/CUB_200_2011.tgz").parent.mkdir(parents=True)
    archive.touch()
    later = archive.stat().st_mtime + 60
    os.utime(project.folder / "workflow/lib/sleep_robustness/progress.py", (later, later))
    done = project.snakemake("-n", "resources/cub200/CUB_200_2011.tgz")
    assert "Nothing to be done" in done.stdout + done.stderr


def test_the_slurm_profile_is_not_held_to_one_gpu(project):
    """It stands in place of the default profile, which allows one GPU job at a time on a single machine."""
    fill_in_profile(project)
    one = project.snakemake("tadros_table_2", "--force")
    many = project.snakemake("tadros_table_2", "--force", "--workflow-profile", "profiles/slurm", "--executor", "local")
    assert "Provided resources: gpu" in one.stdout + one.stderr
    assert "Provided cores: 100" in many.stdout + many.stderr and "gpu" not in many.stdout + many.stderr


def test_a_cluster_plans_the_workflow(project):
    """With Slurm's own executor, for which nothing may ask how many cores there are; all is made already."""
    project.snakemake("tadros_table_2")
    fill_in_profile(project)
    done = project.snakemake("tadros_table_2", "--workflow-profile", "profiles/slurm")
    assert "Nothing to be done" in done.stdout + done.stderr


@pytest.mark.parametrize("key", ["account", "partition"])
def test_a_profile_that_is_not_filled_in_is_one_sentence(project, key):
    fill_in_profile(project)
    file = project.folder / "profiles/slurm/config.yaml"
    profile = yaml.safe_load(file.read_text())
    profile["default-resources"][f"slurm_{key}"] = key.upper()
    file.write_text(yaml.safe_dump(profile))
    done = project.snakemake("tadros_table_2", "--workflow-profile", "profiles/slurm", check=False)
    said = done.stdout + done.stderr
    assert done.returncode and f"slurm_{key} is still {key.upper()}; write your cluster's" in said
    assert "Traceback" not in said and not (project.folder / "results").exists()


def test_the_workflow_is_clean_under_snakemakes_own_linter(project):
    done = project.snakemake("--lint", check=False)
    assert done.returncode == 0 and "good condition" in done.stdout + done.stderr


def test_snakemake_still_sets_a_timer_for_each_job():
    """What `without_timers` mends; when this fails, Snakemake has changed, and that may go."""
    assert "self._schedule_reevalutation(self.job_rate_limiter.timespan)" in inspect.getsource(JobScheduler)


@pytest.mark.parametrize(("options", "kept"), [([], False), (["--max-jobs-per-timespan", "7/1m"], True)])
def test_the_default_limit_of_jobs_is_lifted_and_a_users_own_is_kept(options, kept):
    limit = get_argument_parser().parse_args(options).max_jobs_per_timespan
    scheduler = SimpleNamespace(job_rate_limiter=JobRateLimiter(limit))
    without_timers(scheduler)
    assert (scheduler.job_rate_limiter is not None) == kept
