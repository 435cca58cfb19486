"""The runs at work in this folder. Snakemake's lock outlives a killed run; this tells a dead run's lock from a live one's.

A run calls `record` when it starts and `forget` when it ends; `python -m sleep_robustness.runs`, before the next run, clears
what a killed one left.
"""

import json
import shutil
import socket
import sys
import time
from contextlib import suppress
from pathlib import Path

import psutil

from sleep_robustness.errors import UserError

LOCKS = Path(".snakemake/locks")
RUNS = Path(".snakemake/runs")


def record() -> None:
    """Note that this process runs the workflow in this folder."""
    process = psutil.Process()
    RUNS.mkdir(parents=True, exist_ok=True)
    note = {"host": socket.gethostname(), "pid": process.pid, "created": process.create_time()}
    _file(process.pid).write_text(json.dumps(note), encoding="utf-8")


def forget() -> None:
    """Take this process's note away."""
    _file(psutil.Process().pid).unlink(missing_ok=True)


def without_timers(scheduler: object) -> None:
    """Lift Snakemake's default limit of 100 jobs a second; a limit of the user's own is kept.

    While jobs are limited, Snakemake 9.27 sets one more timer for each job that ended, each of which makes it look for jobs
    again and again: after hundreds of jobs that takes half a core.
    """
    limiter = scheduler.job_rate_limiter
    if limiter and (limiter.max_jobs, limiter.timespan) == (100, 1):
        scheduler.job_rate_limiter = None


def clear() -> None:
    """Remove the lock that a killed run left in this folder, and stop its jobs where some still run.

    Raises UserError when a run is alive, or was started on another host, where this one cannot see it.
    """
    if not LOCKS.is_dir() or not any(LOCKS.iterdir()):
        return
    for file in RUNS.glob("*.json"):
        run = json.loads(file.read_text(encoding="utf-8"))
        since = time.strftime("%Y-%m-%d %H:%M", time.localtime(run["created"]))
        if run["host"] != socket.gethostname():
            raise UserError(
                f"a run on {run['host']} (process {run['pid']}, since {since}) holds this folder; "
                f"if it has ended, remove {file} and try again."
            )
        if _alive(run):
            raise UserError(f"a run is at work in this folder (process {run['pid']}, since {since}); wait for it or stop it.")
        file.unlink()
    _stop_jobs()
    shutil.rmtree(LOCKS)
    print("cleared the lock of a run that was killed", file=sys.stderr)


def _file(pid: int) -> Path:
    return RUNS / f"{socket.gethostname()}-{pid}.json"


def _alive(run: dict) -> bool:
    """Whether the recorded process still runs; one that took its number later does not count."""
    try:
        process = psutil.Process(run["pid"])
        return process.create_time() == run["created"] and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _stop_jobs() -> None:
    """Stop scripts that a killed run left behind, lest they write while the next run does."""
    scripts = f"{Path.cwd()}/.snakemake/scripts/"
    left = [p for p in psutil.process_iter(["cmdline"]) if (p.info["cmdline"] or [""])[-1].startswith(scripts)]
    for stop in (psutil.Process.terminate, psutil.Process.kill):
        for process in left:
            with suppress(psutil.NoSuchProcess):
                stop(process)
        left = psutil.wait_procs(left, timeout=10)[1]


if __name__ == "__main__":
    try:
        clear()
    except UserError as error:
        sys.exit(str(error))
