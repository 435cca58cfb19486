"""Killed runs and jobs, damaged files, a full disk: each must end in one clear sentence, and the next run must give the same.

`make campaign-faults` runs it at the smoke scale, in copies of the project in a folder of its own. It takes MNIST from
`resources/mnist`, or from the folder that MNIST_FOLDER names, and downloads it once where neither has it. Every fault is drawn
from the seed and its number, and noted in the folder's `faults.jsonl` when it is over: a campaign that was killed goes on where
it stopped. Remove the folder to begin anew, after a change of the project too.
"""

import argparse
import os
import random
import re
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import psutil
from campaign.hostile import hostile
from campaign.trial import (
    ATTACKED,
    CONTROL,
    DATA,
    DISTORTED,
    FIGURES,
    HISTORY,
    ORDER,
    PATIENCE,
    RAW,
    REPORTS,
    RESULTS,
    SLEPT,
    SUMMARIES,
    TARGETS,
    Campaign,
    command,
    hidden,
    judged,
    mended,
    run,
    unlock,
)

# a file of each kind, and what a job makes that reads it
READ = dict.fromkeys(RAW, DATA) | {DATA: ORDER, ORDER: DISTORTED, CONTROL: HISTORY, SLEPT: DISTORTED}
READ |= {ATTACKED: SUMMARIES[0], DISTORTED: SUMMARIES[1]} | dict(zip(SUMMARIES, FIGURES, strict=True))
WRITTEN = [RAW[0], DATA, ORDER, CONTROL, SLEPT, ATTACKED, SUMMARIES[0], FIGURES[0]]  # larger than what Snakemake writes
SPOILS: dict[str, Callable[[bytes, random.Random], bytes]] = {
    "cut": lambda content, rng: content[: rng.randrange(1, len(content))],
    "flipped": lambda content, rng: _flipped(content, rng.randrange(len(content)), rng.randrange(8)),
    "emptied": lambda content, rng: b"",
    "replaced": lambda content, rng: b"<html><body>Sign in to go on</body></html>\n",
}
BAD = ("lost", "wrong", "traceback", "unclear", "taken", "executed")


def kill(campaign: Campaign, runs: int, jobs: int) -> None:
    """Kill whole runs and single jobs until so many were killed, at random moments of one run after the other."""
    folder = campaign.copy("kills", finished=False)
    while left := ["run"] * (runs - _killed(campaign, "run")) + ["job"] * (jobs - _killed(campaign, "job")):
        rng = campaign.rng("kills", number := _killed(campaign, "run") + _killed(campaign, "job"))
        kind = rng.choice(left)
        wait = campaign.seconds * rng.random() ** 2 if kind == "run" else rng.uniform(0, 8)
        said = unlock(folder, PATIENCE)
        with (campaign.folder / "kills.log").open("w+", encoding="utf-8") as log:
            started = {"cwd": folder, "stdout": log, "stderr": log, "start_new_session": True}
            process = subprocess.Popen(command(*TARGETS), **started)
            fault = [kind, str(number)]
            if kind == "job":
                fault.append(_kill_job(process, folder, wait, rng))
            else:
                with suppress(subprocess.TimeoutExpired):
                    process.wait(timeout=wait)
            if kind == "run" and process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
                campaign.note(
                    "kills", [*fault, f"after {wait:.1f} s"], "killed" if said.returncode == 0 else "unclear", said.stderr
                )
                continue
            process.wait()
            log.seek(0)
            text = log.read()
        if kind == "job" and fault[-1]:
            campaign.note("kills", fault, "traceback" if "Traceback (most recent" in text else "killed")
        elif process.returncode:
            campaign.note("kills", ["stopped"], "unclear", text[-2000:])
            return
        if process.returncode == 0:
            campaign.note("kills", ["finished"], "as before", **campaign.compared(folder))
            for part in (RESULTS, REPORTS, "resources"):
                shutil.rmtree(folder / part)
    if (known := campaign.known("kills")) and known[-1]["fault"] != ["finished"]:
        unlock(folder, PATIENCE)
        done = run(folder, *TARGETS)
        counts = campaign.compared(folder)
        campaign.note("kills", ["finished"], "unclear" if done.returncode else "as before", done.stderr[-600:], **counts)


def _killed(campaign: Campaign, kind: str) -> int:
    """How many of a kind were killed so far."""
    return sum(note["fault"][0] == kind for note in campaign.known("kills"))


def _kill_job(process: subprocess.Popen, folder: Path, wait: float, rng: random.Random) -> str:
    """Kill one job of a run so long after the first that is seen; the script's name, or "" where there was none any more."""
    first = None
    while process.poll() is None:
        words = {}
        for child in psutil.Process(process.pid).children(recursive=True):
            with suppress(psutil.NoSuchProcess):
                line = child.cmdline()
                if (line or [""])[-1].startswith(f"{folder}/.snakemake/scripts/"):  # not the shell around it
                    words[child] = Path(line[-1]).suffixes[-2].strip(".")
        first = first or (time.monotonic() if words else None)
        if words and time.monotonic() - first >= wait:
            job = rng.choice(sorted(words, key=lambda child: child.pid))
            with suppress(psutil.NoSuchProcess):
                job.kill()
                return words[job]
        time.sleep(0.05)
    return ""


def spoil(campaign: Campaign) -> None:
    """Damage each kind of file in each way; then do what the sentence says."""
    folder = campaign.copy("bytes")
    for file, reader in READ.items():
        for how, spoiled in SPOILS.items():
            if campaign.tried("bytes", how, file):
                continue
            path, since = folder / file, time.time()
            path.write_bytes(spoiled(path.read_bytes(), campaign.rng("bytes", how, file)))
            result = judged(folder, run(folder, reader), since, re.escape(file), "delete")
            path.unlink(missing_ok=True)
            campaign.note("bytes", [how, file], *result, **mended(campaign, folder, file, reader))
    if not campaign.tried("bytes", "finished"):
        run(folder, *TARGETS)
        campaign.note("bytes", ["finished"], "as before", **campaign.compared(folder))


def fill(campaign: Campaign) -> None:
    """Let the disk be full, by a limit on files' sizes, in the middle of each kind of file."""
    folder = campaign.copy("disk")
    for file in WRITTEN:
        if campaign.tried("disk", file):
            continue
        half = (folder / file).stat().st_size // 2
        (folder / file).unlink()
        since = time.time()
        limit = {"preexec_fn": lambda half=half: resource.setrlimit(resource.RLIMIT_FSIZE, (half, half))}
        result = judged(folder, run(folder, file, **limit), since, "[Ff]ile too large|disk", "again")
        if (folder / file).exists() or hidden(folder):
            result = "unclear", f"left half-written: {file}, {hidden(folder)}"
        campaign.note("disk", [file], *result, **mended(campaign, folder, file))
    if not campaign.tried("disk", "finished"):
        run(folder, *TARGETS)
        campaign.note("disk", ["finished"], "as before", **campaign.compared(folder))


def _flipped(content: bytes, at: int, bit: int) -> bytes:
    """The content with one bit turned."""
    return content[:at] + bytes([content[at] ^ 1 << bit]) + content[at + 1 :]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--folder", type=Path, help="where it works; without it a folder of the seed beside temporary files")
    parser.add_argument("--part", choices=["kills", "bytes", "disk", "others"], action="append", help="without it all")
    parser.add_argument("--kills", type=int, default=50, help="of whole runs")
    parser.add_argument("--jobs", type=int, default=25, help="of single jobs")
    asked = parser.parse_args()
    folder = asked.folder or Path(tempfile.gettempdir()) / f"sleep-robustness-faults-{asked.seed}"
    campaign = Campaign(folder.resolve(), asked.seed)
    parts = {"kills": lambda: kill(campaign, asked.kills, asked.jobs), "bytes": lambda: spoil(campaign)}
    parts |= {"disk": lambda: fill(campaign), "others": lambda: hostile(campaign)}
    for part in asked.part or parts:
        parts[part]()
    return summed(campaign.known(), asked.seed)


def summed(notes: list[dict], seed: int) -> int:
    """Print how many faults of each part ended how; 1 where one ended otherwise than it must."""
    faults = [note for note in notes if note["fault"] != ["finished"]]
    results = Counter(note["result"] for note in faults)
    for (part, result), number in sorted(Counter((note["part"], note["result"]) for note in faults).items()):
        print(f"{part:10} {result:10} {number}")
    counts = {name: sum(note.get(name, 0) for note in notes) for name in ("compared", "lost", "wrong", "left")}
    print(
        f"{len(faults)} faults, seed {seed}: {results['sentence']} sentences, {results['killed']} kills, "
        f"{results['traceback']} tracebacks, {results['unclear']} unclear, {results['taken']} taken, "
        f"{results['executed']} executed; of {counts['compared']} files compared {counts['lost']} lost, "
        f"{counts['wrong']} wrong; {counts['left']} temporary files left behind"
    )
    return int(bool(counts["lost"] or counts["wrong"] or any(results[one] for one in BAD)))


if __name__ == "__main__":
    sys.exit(main())
