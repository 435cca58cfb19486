"""Faults that no accident makes: folders that may not be written, two runs in one, files of the future, files that would run
code when they are read, archives that would write outside their folder."""

import io
import os
import pickle
import re
import shutil
import stat
import subprocess
import tarfile
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from campaign.trial import (
    ATTACKED,
    CONTROL,
    DATA,
    DISTORTED,
    FIGURES,
    HISTORY,
    ORDER,
    RESULTS,
    SUMMARIES,
    TARGETS,
    Campaign,
    command,
    judged,
    mended,
    run,
    unlock,
)

from sleep_robustness.data.cub200 import unpack
from sleep_robustness.errors import UserError

DAY = 86400  # seconds
ORDINARY = ["setpriv", "--bounding-set=-dac_override,-dac_read_search,-fowner", "--inh-caps=-all"]  # root that permissions bind


def hostile(campaign: Campaign) -> None:
    """Try all, in one copy of the finished project."""
    folder = campaign.copy("others")
    for case in (_read_only, _two_runs, _future, _code):
        case(campaign, folder)
    if not campaign.tried("others", "finished"):
        run(folder, *TARGETS)
        campaign.note("others", ["finished"], "as before", **campaign.compared(folder))
    for name, archive, members in archives():
        if not campaign.tried("others", "archive", name):
            campaign.note("others", ["archive", name], *unpacked(campaign.folder / "archives", archive, members))


def _read_only(campaign: Campaign, folder: Path) -> None:
    """No folder of results may be written, as an ordinary user."""
    fault = ["read-only", RESULTS]
    if campaign.tried("others", *fault):
        return
    if os.geteuid() == 0 and not shutil.which("setpriv"):
        print("NOT TRIED: read-only results, since root may write everywhere and there is no setpriv", flush=True)
        return
    (folder / SUMMARIES[0]).unlink(missing_ok=True)
    folders = [folder / RESULTS, *(one for one in (folder / RESULTS).rglob("*") if one.is_dir())]
    for one in folders:
        one.chmod(0o555)
    since, asked = time.time(), [*(ORDINARY if os.geteuid() == 0 else []), *command(SUMMARIES[0])]
    done = subprocess.run(asked, cwd=folder, capture_output=True, text=True)
    for one in folders:
        one.chmod(0o755)
    result = judged(folder, done, since, "results/smoke-only", "Permission denied")
    campaign.note("others", fault, *result, **mended(campaign, folder, SUMMARIES[0]))


def _two_runs(campaign: Campaign, folder: Path) -> None:
    """A second run, and what `make reproduce` does before it, while one is at work."""
    for name in ("second snakemake", "second make"):
        if campaign.tried("others", name):
            continue
        (folder / ATTACKED).unlink(missing_ok=True)
        first = subprocess.Popen(command(ATTACKED), cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while first.poll() is None and not any((folder / ".snakemake/runs").glob("*.json")):
            time.sleep(0.1)
        since = time.time()
        second, words = (
            (run(folder, ATTACKED), "Directory cannot be locked")
            if name.endswith("snakemake")
            else (unlock(folder), "wait for it")
        )
        result = judged(folder, second, since, words)
        first.wait()
        campaign.note("others", [name], *result, **mended(campaign, folder, ATTACKED))


def _future(campaign: Campaign, folder: Path) -> None:
    """Files that are a day younger than now: all is made as before, or Snakemake says that a clock is wrong."""
    for file, reader in ((DATA, ORDER), (CONTROL, HISTORY), (SUMMARIES[0], FIGURES[0])):
        if campaign.tried("others", "future", file):
            continue
        os.utime(folder / file, (later := time.time() + DAY, later))
        since = time.time()
        result = judged(folder, run(folder, reader), since, re.escape(file), "clock skew")
        os.utime(folder / file)
        result = ("as before", "") if result[0] == "taken" else result
        campaign.note("others", ["future", file], *result, **mended(campaign, folder, file, reader))


class _Code:
    """What would make a file when it is unpickled."""

    def __init__(self, made: Path):
        self.made = made

    def __reduce__(self) -> tuple:
        return Path.touch, (self.made,)


def _code(campaign: Campaign, folder: Path) -> None:
    """Networks and arrays in whose place code lies, with the seal of what was there and without one: it must not run."""
    made = campaign.folder / "executed"
    arrays = io.BytesIO()
    np.savez(arrays, **{name: np.array([_Code(made)], object) for name in ("train_x", "test_y", "bounds", "all/x/1/strength")})
    torch.save({"control/released/1": _Code(made)}, network := io.BytesIO())
    contents = {"pickle": pickle.dumps(_Code(made)), "zip": network.getvalue(), "objects": arrays.getvalue()}
    files = [(CONTROL, HISTORY, ("pickle", "zip")), (DATA, ORDER, ("pickle", "objects"))]
    files += [(ATTACKED, SUMMARIES[0], ("pickle", "objects")), (DISTORTED, SUMMARIES[1], ("pickle", "objects"))]
    for file, reader, kinds in files:
        for kind in kinds:
            for sealed in ("sealed", "unsealed"):
                if campaign.tried("others", "code", kind, sealed, file):
                    continue
                path, since = folder / file, time.time()
                path.write_bytes(contents[kind])
                if sealed == "unsealed":
                    path.with_name(f".{path.name}.sha256").unlink(missing_ok=True)
                result = judged(folder, run(folder, reader), since, re.escape(file), "delete")
                if made.exists():
                    made.unlink()
                    result = "executed", ""
                path.unlink(missing_ok=True)
                campaign.note("others", ["code", kind, sealed, file], *result, **mended(campaign, folder, file, reader))


def archives(many: int = 20_000) -> Iterator[tuple[str, str, list]]:
    """(what is in it, "tar" or "zip", its members) of archives that no one should unpack as they are. many: entries of the
    last two."""
    yield from ((f"tar {name}", "tar", [_entry(name)]) for name in ("../outside", "a/../../outside", "/outside"))
    yield from ((f"zip {name}", "zip", [name]) for name in ("../outside", "a/../../outside", "/outside", "..\\outside"))
    for kind, name in ((tarfile.SYMTYPE, "link"), (tarfile.LNKTYPE, "hard link")):
        for to in ("../outside", "/etc/passwd", "../../outside"):
            yield f"tar {name} to {to}", "tar", [_entry("link", kind, to)]
    yield "tar through a link", "tar", [_entry("link", tarfile.SYMTYPE, ".."), _entry("link/outside")]
    yield (
        "tar through a chain",
        "tar",
        [_entry("a", tarfile.SYMTYPE, "."), _entry("a/b", tarfile.SYMTYPE, ".."), _entry("b/outside")],
    )
    for kind, name in ((tarfile.FIFOTYPE, "pipe"), (tarfile.CHRTYPE, "device"), (tarfile.BLKTYPE, "disk")):
        yield f"tar {name}", "tar", [_entry("own", kind)]
    yield "tar that sets the user", "tar", [_entry("images.txt", mode=0o6777)]
    for kind in ("tar", "zip"):
        yield f"{kind} of {many} entries", kind, [_entry(f"e/{n}") if kind == "tar" else f"e/{n}" for n in range(many)]


def unpacked(folder: Path, kind: str, members: list) -> tuple[str, str]:
    """("sentence" | "as before" | "executed" | "traceback", what was said) of unpacking an archive: "as before" where
    what came out lies in its folder and does no harm, "executed" where anything is outside."""
    shutil.rmtree(folder, ignore_errors=True)
    (inside := folder / "inside").mkdir(parents=True)
    archive = folder / f"a.{kind}"
    if kind == "tar":
        with tarfile.open(archive, "w") as tar:
            for member in members:
                tar.addfile(member, io.BytesIO(b"7" * member.size))
    else:
        with zipfile.ZipFile(archive, "w") as file:
            for member in members:
                file.writestr(member, "7")
    start = time.monotonic()
    try:
        unpack(archive, inside / "target")
        result = "as before", ""
    except UserError as error:
        said = str(error)
        result = "unclear" if "\n" in said or not said.endswith((".", "again.")) else "sentence", said
    except Exception as error:  # whatever it is, it is a fault
        result = "traceback", f"{type(error).__name__}: {error}"
    outside = [str(one) for one in folder.iterdir() if one not in (inside, archive)]
    outside += [str(one) for one in inside.iterdir() if one.name != "target"] + ["/outside"] * Path("/outside").exists()
    for one in inside.rglob("*"):
        way, mode = one.resolve(), one.lstat().st_mode
        if not way.is_relative_to(inside) or not (one.is_dir() or stat.S_ISREG(mode)) or mode & (stat.S_ISUID | stat.S_ISGID):
            outside.append(f"{one} → {way}, {stat.filemode(mode)}")
    shutil.rmtree(folder)
    if outside:
        return "executed", f"outside: {', '.join(outside[:3])}"
    return result[0], f"{result[1]} ({time.monotonic() - start:.1f} s)"


def _entry(name: str, kind: bytes = tarfile.REGTYPE, to: str = "", mode: int = 0o644) -> tarfile.TarInfo:
    """A member of a .tar; a file has one byte."""
    entry = tarfile.TarInfo(name)
    entry.type, entry.linkname, entry.mode, entry.size = kind, to, mode, int(kind == tarfile.REGTYPE)
    return entry
