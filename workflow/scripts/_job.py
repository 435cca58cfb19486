"""What every script does first; importing it is enough.

Puts the library on the path (scripts run as copies, and --use-conda drops PYTHONPATH), holds numerical libraries to the
rule's threads, since sums depend on their number, sends the log to the rule's log file and, one line at a time under the
job's name, to the terminal, and turns an error into one sentence (a traceback too, in the log, where it is no user's error).
It refuses results that are not what their job wrote, and seals its own.
"""

import atexit
import logging
import os
import sys
from pathlib import Path

import __main__

job = __main__.snakemake  # Snakemake defines it at the top of the copy that runs

# this file is linked into the folders of papers; a copy of the project may hold copies in place of links
LIBRARY = next(above / "lib" for above in Path(__file__).resolve().parents if (above / "lib/sleep_robustness").is_dir())
sys.path.insert(0, str(LIBRARY))
os.environ |= {f"{library}_NUM_THREADS": str(job.threads) for library in ("OMP", "MKL", "OPENBLAS", "NUMEXPR")}
os.environ["MPLBACKEND"] = "Agg"

from sleep_robustness.errors import UserError  # noqa: E402  it is on the path only now
from sleep_robustness.files import check_seal, seal_results, unwritable  # noqa: E402

log, failures = logging.getLogger("sleep_robustness"), []


def device() -> str:
    """ "cuda" when the rule was granted a GPU and there is one, else "cpu"."""
    import torch

    return "cuda" if job.resources.get("gpu", 0) and torch.cuda.is_available() else "cpu"


def _open_log() -> None:
    name = " ".join([job.rule, *map(str, job.wildcards)])
    file, terminal = logging.FileHandler(job.log[0], "w", encoding="utf-8"), logging.StreamHandler()
    file.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
    terminal.setFormatter(logging.Formatter(f"[{name}] %(message)s"))
    logging.basicConfig(level=logging.WARNING, handlers=[file, terminal])
    log.setLevel(logging.INFO)
    logging.captureWarnings(True)


def _report(kind, error, traceback) -> None:
    failures.append(error)
    if issubclass(kind, UserError) or (said := unwritable(error, job.output)):
        log.error("%s", error if issubclass(kind, UserError) else said)
    else:
        log.error("%s: %s", kind.__name__, error, exc_info=(kind, error, traceback))


_open_log()
sys.excepthook = _report
for path in job.input:
    check_seal(path)
atexit.register(lambda: failures or seal_results(job.output))
