"""Files that are whole or not there, and seals that tell whether a file is what was written."""

import errno
import io
import os
import pickle
import platform
import resource
import subprocess
from itertools import product
from pathlib import Path

import numpy as np
import pytest
import torch
from conftest import ROOT

from sleep_robustness import batches, networks
from sleep_robustness.arrays import load_arrays
from sleep_robustness.data import Dataset, HeldOut
from sleep_robustness.embeddings import _stored
from sleep_robustness.errors import UserError
from sleep_robustness.files import atomic, check_seal, seal, unwritable
from sleep_robustness.papers.bnn.learnt import Learnt


def test_a_file_is_whole_or_not_there(tmp_path):
    with pytest.raises(RuntimeError), atomic(tmp_path / "file.csv") as temporary:
        temporary.write_text("half")
        raise RuntimeError
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def sealed(tmp_path):
    """A file with its seal."""
    file = tmp_path / "numbers.csv"
    file.write_text("a,b\n1,2\n")
    seal(file)
    return file


def test_what_a_killed_process_left_of_a_file_is_removed_when_it_is_written_again(tmp_path):
    dead = subprocess.Popen(["true"])
    dead.wait()
    here = f".a_1.{platform.node()}-"
    others = {f"{here}{os.getppid()}.csv", f".a_1.elsewhere-{dead.pid}.csv", f"{here}{dead.pid}.png", f"{here}²³.csv"}
    for name in (f"{here}{dead.pid}.csv", f"{here}{10**12}.csv", *others):
        (tmp_path / name).touch()
    with atomic(tmp_path / "a_1.csv") as temporary:
        temporary.touch()
    assert {file.name for file in tmp_path.iterdir()} == {"a_1.csv"} | others


def test_a_sealed_file_passes_and_so_does_its_copy_at_another_time(sealed):
    check_seal(sealed)
    os.utime(sealed, (1, 1))
    check_seal(sealed)


@pytest.mark.parametrize("content", ["a,b\n1,3\n", "a,b\n", "", "a,b\n1,2\n3,4\n"])
def test_a_sealed_file_with_another_content_is_one_sentence(sealed, content):
    sealed.write_text(content)
    with pytest.raises(
        UserError, match=r"numbers\.csv is not what its job wrote: it was cut or changed since; delete it"
    ) as error:
        check_seal(sealed)
    assert "\n" not in str(error.value)


def test_without_a_seal_or_by_a_broken_one_nothing_is_said(sealed):
    sealed.write_text("other")
    (beside,) = (file for file in sealed.parent.iterdir() if file != sealed)
    for content in ("", "no seal"):
        beside.write_text(content)
        check_seal(sealed)
    beside.unlink()
    check_seal(sealed)
    check_seal(sealed.parent / "gone.csv")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "it is empty"),
        (b"a,b\n1,2\n3\n", "line 3 has not as many cells as the first"),
        (b"a,b\n1,2,3\n", "line 2 has not as many cells as the first"),
        (b"<html>\n<p>a, b</p>\n", "line 2 has not as many cells"),
        (b"a,b\n\xff\xfe,2\n", "invalid start byte"),
        (b'a,b\n"1,2\n', "unexpected end of data"),
    ],
)
def test_a_table_without_a_seal_that_is_none_is_one_sentence(tmp_path, content, says):
    file = tmp_path / "table_1.csv"
    file.write_bytes(content)
    with pytest.raises(UserError, match=rf"table_1\.csv is no table \(.*{says}.*\); mend it, or delete it and run again\.$"):
        check_seal(file)


@pytest.mark.parametrize("file", sorted((ROOT / "workflow/papers").rglob("reference/*.csv")), ids=lambda file: file.name)
def test_the_projects_own_tables_are_tables(file):
    check_seal(file)


class Code:
    """What makes a file when it is unpickled."""

    def __init__(self, made):
        self.made = made

    def __reduce__(self):
        return Path.touch, (self.made,)


READERS = {
    "networks": lambda file: networks.load([file]),
    "learnt": Learnt.load,
    "data": Dataset.load,
    "held out": HeldOut.load,
    "arrays": lambda file: load_arrays(file, "train_x"),
    "a run's arrays": lambda file: batches.read(f"{file}/all/control/1"),
}


KINDS = ["emptied", "text", "cut", "pickle", "torch", "objects"]


@pytest.mark.parametrize(("reader", "kind"), [pair for pair in product(READERS, KINDS) if pair != ("a run's arrays", "torch")])
def test_a_file_of_another_kind_is_one_sentence_and_its_code_does_not_run(tmp_path, reader, kind):
    """A run is not found in torch's archive, which is said otherwise."""
    file, code = tmp_path / "file.npz", Code(made := tmp_path / "made")
    torch.save({"control/1": code}, network := io.BytesIO())
    np.savez(objects := io.BytesIO(), **dict.fromkeys(("train_x", "test_x", "all/control/1/x"), np.array([code], object)))
    contents = {
        "emptied": b"",
        "text": b"<html>Sign in</html>",
        "cut": objects.getvalue()[:-40],
        "pickle": pickle.dumps(code, 2),
    }
    file.write_bytes((contents | {"torch": network.getvalue(), "objects": objects.getvalue()})[kind])
    with pytest.raises(UserError, match=r"file\.npz is not what a job writes, or is cut; delete it, and the next run makes it"):
        READERS[reader](file)
    assert not made.exists()


def test_a_damaged_part_of_the_embeddings_kept_is_removed_and_the_others_stay(tmp_path):
    for name in "ab":
        np.savez(tmp_path / f"{name}.npz", digest=np.array([name]), features=np.ones((1, 3)))
    content = bytearray((tmp_path / "a.npz").read_bytes())
    content[len(content) // 2] ^= 1
    (tmp_path / "a.npz").write_bytes(content)
    assert list(_stored(tmp_path)) == ["b"] and [file.name for file in tmp_path.iterdir()] == ["b.npz"]


WRITERS = [lambda file: torch.save({"a": torch.rand(9999)}, file), lambda file: np.savez(file, a=np.ones(9999))]


@pytest.mark.parametrize("write", WRITERS, ids=["torch", "numpy"])
def test_a_full_disk_is_one_sentence(tmp_path, write):
    """A limit on files' sizes stands for the disk. torch hides the error behind one of its own."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, before[1]))
    try:
        with pytest.raises((OSError, RuntimeError)) as error, atomic(tmp_path / "a.pt") as file, file.open("wb") as stream:
            write(stream)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    said = unwritable(error.value, ["a.pt", "a.json"])
    assert said == "a.pt and a.json cannot be written (File too large); make room on the disk, and run again."
    assert list(tmp_path.iterdir()) == []


def test_a_folder_without_rights_is_one_sentence():
    said = unwritable(PermissionError(errno.EACCES, "Permission denied", "results/a.csv"), ["a.csv"])
    assert said == "results/a.csv cannot be written or read (Permission denied); give yourself the right to, and run again."
    assert unwritable(ValueError("other"), ["a.csv"]) is None
