"""Photographs of frost. Bad input tried: a folder that is not there, that holds no picture or a broken one; pip that fails,
says nothing, hangs, or gives another wheel."""

import io
import logging

import numpy as np
import pytest
from PIL import Image

from sleep_robustness.corruptions import load_photographs
from sleep_robustness.data import download as data_download
from sleep_robustness.data import frost
from sleep_robustness.errors import UserError


def picture(value, kind="PNG", size=(40, 30)):
    """A picture of one colour, as the bytes of its file."""
    file = io.BytesIO()
    Image.new("RGB", size, value).save(file, kind)
    return file.getvalue()


@pytest.fixture
def pip(tmp_path, monkeypatch):
    """Stands for Python with pip: `pip(script)` is what runs in its place, with the folder to fill as $to."""

    def stands(script):
        program = tmp_path / "python"
        program.write_text(f"#!/bin/sh\nwhile [ $# -gt 2 ]; do shift; done; to=$1\n{script}\n")
        program.chmod(0o755)
        monkeypatch.setattr(data_download.sys, "executable", str(program))
        (tmp_path / "cache").mkdir(exist_ok=True)

    return stands


def test_a_folders_first_five_pictures_are_taken_by_name_and_are_grey(tmp_path):
    for k, letter in enumerate("fedcba"):
        (tmp_path / f"{letter}.png").write_bytes(picture((40 * k, 40 * k, 40 * k)))
    (tmp_path / "b.png").unlink()
    (tmp_path / "b.JPG").write_bytes(picture((255, 0, 0), "JPEG"))
    (tmp_path / "a.txt").write_text("no picture")
    frost.download(tmp_path / "out/photographs.npz", tmp_path / "cache", str(tmp_path))
    photographs = load_photographs(tmp_path / "out/photographs.npz")
    assert [photo.shape for photo in photographs] == [(30, 40)] * 5 and photographs[0].dtype == np.float32
    means = [photo.mean() for photo in photographs]
    np.testing.assert_allclose(means, [200 / 255, 0.2125, 120 / 255, 80 / 255, 40 / 255], atol=0.006)


@pytest.mark.parametrize("holds", [None, {}, {"a.txt": b"no picture"}])
def test_a_folder_without_pictures_is_one_sentence(tmp_path, holds):
    folder = tmp_path / "frost"
    if holds is not None:
        folder.mkdir()
        for name, content in holds.items():
            (folder / name).write_bytes(content)
    with pytest.raises(UserError, match=r"is no folder with \.png or \.jpg files; name one\."):
        frost.download(tmp_path / "x.npz", tmp_path, str(folder))


@pytest.mark.parametrize("content", [b"", b"no picture", picture((1, 2, 3))[:50]])
def test_a_broken_picture_is_one_sentence(tmp_path, content):
    (tmp_path / "a.png").write_bytes(content)
    with pytest.raises(UserError, match=r"frost a\.png is no picture that can be read; mend it or take it away\."):
        frost.download(tmp_path / "x.npz", tmp_path, str(tmp_path))
    assert not (tmp_path / "x.npz").exists()


@pytest.mark.parametrize(
    ("script", "told"),
    [
        (
            "echo 'ERROR: Could not find it' >&2; echo 'ERROR: No matching distribution' >&2; exit 1",
            "failed: No matching distr",
        ),
        ("exit 1", "failed: pip gave no message"),
        ("exec sleep 60", "gave nothing for 0.2 s"),
        ("echo other > $to/x.whl", "gave a file with a wrong checksum"),
    ],
)
def test_a_pip_that_gives_no_photographs_is_one_sentence(tmp_path, monkeypatch, pip, script, told):
    pip(script)
    monkeypatch.setattr(data_download, "PIP_TIMEOUT", 0.2 if "sleep" in script else 60)
    with pytest.raises(UserError) as error:
        frost.download(tmp_path / "x.npz", tmp_path / "cache")
    assert told in str(error.value) and str(error.value).endswith("try again, or name a folder with pictures of frost.")
    assert not list((tmp_path / "cache").iterdir()) and not (tmp_path / "x.npz").exists()


def test_the_authors_photographs(tmp_path, caplog):
    """The real package, from the index that pip is set to; the second time from the cache."""
    try:
        with caplog.at_level(logging.INFO, "sleep_robustness"):
            frost.download(tmp_path / "a.npz", tmp_path / "cache")
    except UserError as error:
        pytest.skip(f"THE PHOTOGRAPHS OF FROST WERE NOT TESTED: {error}")
    photographs = load_photographs(tmp_path / "a.npz")
    assert [photo.shape for photo in photographs] == [(600, 900), (315, 560), (315, 560), (350, 527), (495, 660)]
    assert all(0 <= photo.min() < 0.4 and 0.8 < photo.max() <= 1 for photo in photographs)
    assert "frost1.png" in caplog.text and "frost6" not in caplog.text
    caplog.clear()
    frost.download(tmp_path / "b.npz", tmp_path / "cache")
    assert "pip download" not in caplog.text
