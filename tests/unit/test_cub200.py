"""Reading a folder in CUB's layout, and what is said of folders and archives that are wrong."""

import io
import shutil
import tarfile
import zipfile
from pathlib import Path

import numpy as np
import pytest

from sleep_robustness.data.cub200 import check_classes, read_index, unpack
from sleep_robustness.errors import UserError

FILES = {
    "images.txt": "1 001.A/a.jpg\n2 001.A/b.jpg\n4 003.C/c.jpg\n5 003.C/d.jpg\n",
    "image_class_labels.txt": "1 1\n2 1\n3 2\n4 3\n5 3\n",
    "train_test_split.txt": "1 1\n2 0\n3 1\n4 0\n5 1\n",
    "classes.txt": "1 001.A\n2 002.B\n3 003.C\n",
}


def lay_out(folder, **changed):
    """A folder in CUB's layout, with some of its files changed (None: left out)."""
    for name, text in (FILES | {key.replace("_txt", ".txt"): value for key, value in changed.items()}).items():
        if text is not None:
            (folder / name).write_text(text)
    for line in FILES["images.txt"].splitlines():
        image = folder / "images" / line.split()[1]
        image.parent.mkdir(parents=True, exist_ok=True)
        image.touch()
    return folder


def test_a_part_of_the_classes_is_read_and_counted_from_0(tmp_path):
    index = read_index(lay_out(tmp_path))
    assert index.files == ["001.A/a.jpg", "001.A/b.jpg", "003.C/c.jpg", "003.C/d.jpg"]
    assert index.labels.tolist() == [0, 0, 1, 1] and index.classes == ["001.A", "003.C"]
    assert index.train.tolist() == [True, False, False, True]
    np.testing.assert_array_equal(read_index(tmp_path, inverted=True).train, ~index.train)


@pytest.mark.parametrize("between", [", ", "\t", "  "])
def test_numbers_may_be_followed_by_a_comma_or_a_tab(tmp_path, between):
    otherwise = {name.replace(".", "_"): text.replace(" ", between) for name, text in FILES.items()}
    assert read_index(lay_out(tmp_path, **otherwise)).labels.tolist() == [0, 0, 1, 1]


def test_commas_and_blanks_in_names_stay(tmp_path):
    name = "001.A/a, the first.jpg"
    folder = lay_out(tmp_path, images_txt=FILES["images.txt"].replace("001.A/a.jpg", name))
    (folder / "images" / name).touch()
    assert read_index(folder).files[0] == name


def test_a_split_that_looks_inverted_is_warned_of(tmp_path, caplog):
    more = "".join(f"{number} 00{1 + number % 2}.A/{number}.jpg\n" for number in range(10, 20))
    for line in more.splitlines():
        (tmp_path / "images" / line.split()[1]).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "images" / line.split()[1]).touch()
    lists = {
        "images_txt": more,
        "image_class_labels_txt": "".join(f"{number} {1 + number % 2}\n" for number in range(10, 20)),
        "train_test_split_txt": "".join(f"{number} {int(number > 16)}\n" for number in range(10, 20)),
    }
    index = read_index(lay_out(tmp_path, **lists))
    assert "fewer images for training than for the test, as where 0 means training; if so set inverted_split" in caplog.text
    caplog.clear()
    assert read_index(tmp_path, inverted=True).train.sum() == 7 == (~index.train).sum() and not caplog.text


@pytest.mark.parametrize(
    ("dataset", "found", "outputs", "sentence"),
    [
        ("cub200", 100, 200, "cub200 must have all 200 classes, but its images are of 100; give them a name of their own"),
        ("cub200", 100, 100, "cub200 must have all 200 classes"),
        ("cub200", 200, 100, r"datasets\.cub200\.training\.sizes must end with 200, its number of classes, not 100"),
        ("finches", 7, 200, r"datasets\.finches\.training\.sizes must end with 7"),
    ],
)
def test_numbers_of_some_classes_never_stand_as_those_of_all(dataset, found, outputs, sentence):
    with pytest.raises(UserError, match=sentence):
        check_classes(dataset, found, outputs)
    check_classes("cub200", 200, 200)
    check_classes("finches", 7, 7)


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"images_txt": None}, "images.txt cannot be read \\(No such file or directory\\)"),
        ({"images_txt": ""}, "images.txt names no image"),
        (
            {"images_txt": "1 001.A/a.jpg\n1 001.A/b.jpg"},
            "images.txt, line 2: '1 001.A/b.jpg' must be a number of its own and a value",
        ),
        ({"images_txt": "one 001.A/a.jpg"}, "images.txt, line 1: 'one 001.A/a.jpg' must be"),
        ({"images_txt": "1001.A/a.jpg"}, "images.txt, line 1: '1001.A/a.jpg' must be"),
        ({"images_txt": "1 ../a.jpg"}, "images.txt names ../a.jpg, which does not lie in images/"),
        ({"images_txt": "1 /etc/passwd"}, "images.txt names /etc/passwd, which does not lie in images/"),
        ({"image_class_labels_txt": "1 1\n2 1.0\n4 3\n5 3"}, "image_class_labels.txt says '1.0'; it must be the number of a"),
        (
            {"image_class_labels_txt": "1 1\n"},
            "image_class_labels.txt lacks 3 of the 4 images, first number 2 \\(001.A/b.jpg\\)",
        ),
        ({"train_test_split_txt": "1 1\n2 0\n4 1"}, "train_test_split.txt lacks 1 of the 4 images, first number 5"),
        ({"train_test_split_txt": "1 1\n2 0\n4 1\n5 2"}, "train_test_split.txt says '2'; it must be 0 or 1"),
        ({"train_test_split_txt": "1 1\n2 1\n4 1\n5 0"}, "train_test_split.txt leaves class 001.A without test images"),
        ({"train_test_split_txt": "1 1\n2 0\n4 0\n5 0"}, "train_test_split.txt leaves class 003.C without training images"),
        ({"classes_txt": "1 001.A"}, "classes.txt lacks class 3"),
        ({"classes_txt": None}, "classes.txt cannot be read"),
        ({"images_txt": FILES["images.txt"].replace("c.jpg", "e.jpg")}, "images lacks 1 of the 4 images, first 003.C/e.jpg"),
    ],
)
def test_a_wrong_folder_is_one_sentence(tmp_path, changed, sentence):
    with pytest.raises(UserError, match=sentence) as error:
        read_index(lay_out(tmp_path, **changed))
    assert "\n" not in str(error.value)


def archive_of(folder: Path, file: Path, entry: str | None = None) -> Path:
    """A .tar.gz of a folder, with one more entry of some name."""
    with tarfile.open(file, "w:gz") as tar:
        tar.add(folder, "birds")
        if entry:
            tar.addfile(tarfile.TarInfo(entry), io.BytesIO())
    return file


def test_an_archive_is_unpacked_wherever_its_folder_lies(tmp_path):
    source = tmp_path / "source"
    source.mkdir()
    found = unpack(archive_of(lay_out(source), tmp_path / "a.tar.gz"), tmp_path / "target")
    assert found == tmp_path / "target" / "birds" and len(read_index(found).files) == 4


@pytest.mark.parametrize("kind", ["zip", "tar", "bztar", "xztar", "gztar"])
def test_an_archive_is_known_by_its_content_not_by_its_name(tmp_path, kind):
    source = tmp_path / "source" / "birds"
    source.mkdir(parents=True)
    lay_out(source)
    archive = Path(shutil.make_archive(tmp_path / "a", kind, source.parent)).rename(tmp_path / "a.archive")
    found = unpack(archive, tmp_path / "target")
    assert found == tmp_path / "target" / "birds" and len(read_index(found).files) == 4
    damaged = bytearray(archive.read_bytes())
    (tmp_path / "b").write_bytes(damaged[: len(damaged) // 3])
    with pytest.raises(UserError, match=r"cannot be unpacked .*; get it again"):
        unpack(tmp_path / "b", tmp_path / "target")
    assert len(read_index(found).files) == 4


@pytest.mark.parametrize("name", ["../outside", "/outside", "a/../../outside"])
def test_a_zip_whose_paths_escape_is_refused(tmp_path, name):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as members:
        members.writestr(name, "x")
    with pytest.raises(UserError, match="would write outside its folder"):
        unpack(tmp_path / "a.zip", tmp_path / "inside/target")
    assert not (tmp_path / "outside").exists() and not (tmp_path / "inside/outside").exists()


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le"])
def test_lists_are_utf_8_or_utf_16_with_its_mark(tmp_path, encoding):
    lay_out(tmp_path)
    (tmp_path / "images.txt").write_text(FILES["images.txt"], encoding=encoding)
    if encoding == "utf-16-le":  # no mark: the zeros between letters are no numbers
        with pytest.raises(UserError, match=r"images\.txt, line 1: .* must be a number of its own and a value"):
            read_index(tmp_path)
    else:
        assert len(read_index(tmp_path).files) == 4


def test_a_list_in_another_encoding_is_one_sentence(tmp_path):
    lay_out(tmp_path)
    (tmp_path / "classes.txt").write_text("1 Pingüino\n", encoding="latin-1")
    with pytest.raises(UserError, match=r"classes\.txt cannot be read \(.*\); save it as UTF-8"):
        read_index(tmp_path)


def test_names_that_differ_in_capitals_are_told_with_the_mend(tmp_path):
    lay_out(tmp_path)
    (tmp_path / "images/001.A/a.jpg").rename(tmp_path / "images/001.A/a.JPG")
    with pytest.raises(UserError, match=r"first 001\.A/a\.jpg; there is a\.JPG: write the names as the files have them"):
        read_index(tmp_path)


@pytest.mark.parametrize("entry", ["../outside", "/outside"])
def test_an_archive_whose_paths_escape_writes_nothing_outside(tmp_path, entry):
    source, target = tmp_path / "source", tmp_path / "inside" / "target"
    source.mkdir()
    archive = archive_of(lay_out(source), tmp_path / "a.tar.gz", entry)
    if entry.startswith("/"):  # an absolute path is put inside the folder
        unpack(archive, target)
    else:
        with pytest.raises(UserError, match="would write outside its folder"):
            unpack(archive, target)
    assert not (tmp_path / "inside" / "outside").exists() and not Path("/outside").exists()


def test_what_is_no_whole_archive_is_said_and_leaves_what_was_there(tmp_path):
    source, target = tmp_path / "source", tmp_path / "target"
    source.mkdir()
    target.mkdir()
    (lay_out(source) / "images/001.A/a.jpg").write_bytes(np.random.default_rng(0).bytes(5000))
    whole = archive_of(source, tmp_path / "a.tar.gz").read_bytes()
    damaged = bytearray(whole)
    damaged[len(whole) // 2] ^= 1  # within the image, which does not compress; tarfile does not see it
    for content in (whole[:-200], bytes(damaged), b"no archive", b"", b"PK\3\4"):
        (tmp_path / "b.tar.gz").write_bytes(content)
        with pytest.raises(UserError, match=r"cannot be unpacked .*; get it again") as error:
            unpack(tmp_path / "b.tar.gz", target)
        assert "\n" not in str(error.value) and list(target.iterdir()) == []
    assert not [path for path in tmp_path.iterdir() if path.name.startswith("tmp")]
    assert unpack(tmp_path / "a.tar.gz", target) == unpack(tmp_path / "a.tar.gz", target) == target / "birds"
    shutil.rmtree(source / "images")
    (source / "images.txt").unlink()
    with pytest.raises(UserError, match=r"holds 0 files images\.txt; there must be one"):
        unpack(archive_of(source, tmp_path / "c.tar.gz"), tmp_path / "u")
