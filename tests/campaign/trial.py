"""What the faults are tried in: copies of the project that run at the smoke scale, and what is known of each fault."""

import hashlib
import json
import os
import random
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

from conftest import ROOT, SMOKE, Project, give_mnist

from sleep_robustness.data.idx import FILES

RESULTS, REPORTS = "results/smoke-only", "reports/smoke-only"  # where `only` puts them
ONLY = "only={readings: [printed, as_described], datasets: [mnist]}"
TADROS, ZHANG, BNN = (f"{RESULTS}/{paper}" for paper in ("tadros", "zhang", "bnn"))
HISTORY, LEARNT = f"{TADROS}/search/printed/history.csv", f"{BNN}/learnt/penalised/1/seed1.pt"  # they go on after a kill
TARGETS = ["tadros_fig_1", "zhang_fig_1", HISTORY, LEARNT]
ATTACKED, DISTORTED = (
    f"{TADROS}/attacks/mnist/all/fgsm/loss/seeds1-3.npz",
    f"{ZHANG}/distortions/mnist/all/noise/released/seeds1-3.npz",
)
SUMMARIES = f"{TADROS}/summary/mnist_fgsm.csv", f"{ZHANG}/summary/mnist_noise.csv"
DATA, ORDER = f"{RESULTS}/data/mnist/dataset.npz", f"{RESULTS}/data/mnist/test_order.csv"
CONTROL, SLEPT = f"{TADROS}/models/mnist/control/released/seeds1-3.pt", f"{ZHANG}/models/mnist/all/seeds1-3.pt"
FIGURES = f"{REPORTS}/tadros/figures/fig_1.csv", f"{REPORTS}/zhang/figures/fig_1.csv"
RAW = [f"resources/mnist/{name}" for name, _ in FILES.values()]
PATIENCE = 3600  # seconds that a run may still take which a killed campaign left at work


class Campaign:
    """The copies of the project in a folder, and what is known of the faults tried in them."""

    def __init__(self, folder: Path, seed: int):
        self.folder, self.seed, self.notes = folder, seed, folder / "faults.jsonl"
        folder.mkdir(parents=True, exist_ok=True)
        self.own = Path(os.environ.get("MNIST_FOLDER", ROOT / "resources/mnist"))
        self.reference, self.seconds = self._undisturbed()

    def rng(self, *fault: object) -> random.Random:
        """The random numbers of a fault, whatever was tried before it."""
        return random.Random(f"{self.seed} {fault}")

    def known(self, part: str | None = None) -> list[dict]:
        """What was noted, of a part alone or of all."""
        lines = self.notes.read_text(encoding="utf-8").splitlines() if self.notes.exists() else []
        notes = [json.loads(line) for line in lines if line.endswith("}")]  # the last one may have been cut by a kill
        return [note for note in notes if part in (None, note["part"])]

    def tried(self, part: str, *fault: str) -> bool:
        """Whether a fault was tried before this start."""
        return any(note["fault"] == list(fault) for note in self.known(part))

    def note(self, part: str, fault: list[str], result: str, said: str = "", **counts: int) -> None:
        """Keep how a fault ended. counts: files compared, lost, wrong, left behind."""
        cut = self.notes.exists() and not self.notes.read_bytes().endswith(b"\n")
        with self.notes.open("a", encoding="utf-8") as file:
            file.write("\n" * cut + json.dumps({"part": part, "fault": fault, "result": result, "said": said, **counts}) + "\n")
        print(part, *fault, "→", result, said[:300], *(f"{number} {name}" for name, number in counts.items()), flush=True)

    def copy(self, part: str, finished: bool = True) -> Path:
        """The working copy of a part, at first the undisturbed run's, or one with nothing computed."""
        folder = self.folder / part
        if not folder.exists():
            shutil.rmtree(fresh := self.folder / f"{part}.new", ignore_errors=True)
            if finished:
                shutil.copytree(self.folder / "undisturbed", fresh, symlinks=True)
            else:
                _project(fresh, self._mnist())
            fresh.rename(folder)
        elif finished:
            unlock(folder, PATIENCE)
            run(folder, *TARGETS)  # a fault that a kill interrupted
        return folder

    def compared(self, folder: Path) -> dict[str, int]:
        """How many files of the undisturbed run a finished one lacks, has otherwise, and what is left behind besides."""
        now, own = digests(folder), self.reference
        wrong = [name for name in own.keys() & now.keys() if own[name] != now[name]]
        lost, left = own.keys() - now.keys(), [*(now.keys() - own.keys()), *hidden(folder)]
        for what, names in (("lost", lost), ("wrong", wrong), ("left behind", left)):
            for name in sorted(names):
                print(f"{what}: {folder / name}", flush=True)
        return {"compared": len(own), "lost": len(lost), "wrong": len(wrong), "left": len(left)}

    def _undisturbed(self) -> tuple[dict[str, str], float]:
        """The digests of an undisturbed run's files, and how long it took in seconds."""
        if not (kept := self.folder / "reference.json").exists():
            shutil.rmtree(folder := self.folder / "undisturbed", ignore_errors=True)
            _project(folder, self.own)
            start = time.monotonic()
            done = run(folder, *TARGETS)
            if done.returncode:
                sys.exit(f"the undisturbed run fails: {done.stderr[-4000:]}")
            found = {"files": digests(folder), "seconds": time.monotonic() - start}
            kept.write_text(json.dumps(found, indent=1), encoding="utf-8")
        found = json.loads(kept.read_text(encoding="utf-8"))
        print(f"undisturbed: {len(found['files'])} files in {found['seconds']:.0f} s", flush=True)
        return found["files"], found["seconds"]

    def _mnist(self) -> Path:
        return self.own if self.own.is_dir() else self.folder / "undisturbed/resources/mnist"


def command(*targets: str) -> list[str]:
    """Snakemake's command line."""
    return [sys.executable, "-m", "snakemake", "--cores", "2", *targets, "--config", ONLY, *SMOKE]


def run(folder: Path, *targets: str, **options: object) -> subprocess.CompletedProcess:
    """A run to its end. options: of `subprocess.run`."""
    return subprocess.run(command(*targets), cwd=folder, capture_output=True, text=True, **options)


def unlock(folder: Path, patience: float = 0) -> subprocess.CompletedProcess:
    """What `make unlock` does, so many seconds long again while a run is at work."""
    until = time.monotonic() + patience
    while (done := _unlock(folder)).returncode and "is at work" in done.stderr and time.monotonic() < until:
        time.sleep(2)
    return done


def _unlock(folder: Path) -> subprocess.CompletedProcess:
    call = [sys.executable, "-m", "sleep_robustness.runs"]
    environment = os.environ | {"PYTHONPATH": str(folder / "workflow/lib")}
    return subprocess.run(call, cwd=folder, env=environment, capture_output=True, text=True)


def digests(folder: Path) -> dict[str, str]:
    """The digest of each result, by its path; measured times and hidden files are none."""
    kinds = (".csv", ".npz", ".json", ".pt", ".yaml")
    files = [file for part in ("results", "reports") for file in (folder / part).rglob("*") if file.suffix in kinds]
    return {
        str(file.relative_to(folder)): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in files
        if not file.name.startswith(".") and not file.name.endswith("_time.csv")
    }


def hidden(folder: Path) -> list[str]:
    """Temporary files, which a finished run should not leave; seals are none."""
    files = [file for part in ("results", "reports", "resources") for file in (folder / part).rglob(".*")]
    seals = [file for file in files if file.suffix == ".sha256" and not file.name.startswith("..")]
    return [str(file.relative_to(folder)) for file in files if file not in seals]


def judged(folder: Path, done: subprocess.CompletedProcess, since: float, *words: str) -> tuple[str, str]:
    """("sentence" | "unclear" | "traceback" | "taken", what was said) of a run that a fault should have stopped.

    since: when it started, for the jobs' logs. words: regular expressions, all of which one line must hold.
    """
    logs = [log.read_text(encoding="utf-8") for log in (folder / "logs").rglob("*.log") if log.stat().st_mtime >= since]
    said = done.stdout + done.stderr
    if "Traceback (most recent" in "".join([said, *logs]):
        lines = [line for line in said.splitlines() if re.match(r"(\[\w+.*\] )?[\w.]+(Error|Exception|File)\b", line)]
        return "traceback", (lines or [""])[-1]
    if done.returncode == 0:
        return "taken", ""
    lines = [line.strip() for line in said.splitlines() if all(re.search(word, line) for word in words)]
    return ("sentence", lines[0]) if lines else ("unclear", said[-600:])


def mended(campaign: Campaign, folder: Path, *files: str) -> dict[str, int]:
    """Run until these files are there, and compare them with the undisturbed run's."""
    done = run(folder, *files)
    now, own = digests(folder), campaign.reference
    asked = [file for file in files if file in own]
    if done.returncode:
        print(done.stderr[-2000:], flush=True)
    wrong = sum(file in now and now[file] != own[file] for file in asked)
    lost = sum(not (folder / file).exists() for file in files)
    return {"compared": len(asked), "lost": lost, "wrong": wrong}


def _project(folder: Path, mnist: Path) -> None:
    """A copy of the project that takes MNIST from a folder, or downloads it where that is none."""
    folder.mkdir(parents=True)
    project = Project(folder)
    if mnist.is_dir():
        give_mnist(project, mnist)
    else:
        (folder / "config/local.yaml").write_text("{}\n", encoding="utf-8")
