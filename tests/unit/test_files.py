"""Files that are whole or not there, and seals that tell whether a file is what was written."""

import os

import pytest

from sleep_robustness.errors import UserError
from sleep_robustness.files import atomic, check_seal, seal


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
