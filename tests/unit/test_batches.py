import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sleep_robustness.batches import located, read, read_facts, write, write_facts
from sleep_robustness.keys import key_of, seeds_of, spelled

RUN = {"dataset": "mnist", "defence": "sleep", "variant": "found", "seed": 3}


@pytest.mark.parametrize(("seeds", "name"), [([2], "2"), ([1, 2, 3], "1-3"), ([7, 3, 1, 2], "1-3+7"), ([1, 3], "1+3")])
def test_seeds_in_a_files_name(seeds, name):
    assert spelled(seeds) == name and seeds_of(name) == sorted(seeds)


@given(st.sets(st.integers(0, 300), min_size=1))
def test_the_name_tells_every_seed(seeds):
    assert seeds_of(spelled(seeds)) == sorted(seeds)


def test_each_run_of_a_batch_is_found_by_its_key(tmp_path):
    file = tmp_path / "sleep/found/seeds3+30.npz"
    batch = {"sleep/found/3": {"right": np.array([True, False])}, "sleep/found/30": {"right": np.array([False, False])}}
    write(batch, file)
    table = located([RUN, RUN | {"seed": 30}], [str(file)] * 2)
    assert table.seed.tolist() == [3, 30] and table.columns.tolist() == [*RUN, "path"]
    for run, path in zip(batch.values(), table.path, strict=True):
        assert {name: array.tolist() for name, array in read(path).items()} == {"right": run["right"].tolist()}


def test_one_file_may_hold_all_runs(tmp_path):
    assert located([RUN, RUN | {"seed": 4}], "asleep/mnist.npz").path.tolist() == [
        "asleep/mnist.npz/sleep/found/3",
        "asleep/mnist.npz/sleep/found/4",
    ]


def test_a_file_that_was_made_again_is_read_again(tmp_path):
    file = tmp_path / "seeds3.npz"
    for value in (1, 2):
        write({"sleep/found/3": {"strength": np.array([value])}}, file)
        assert read(f"{file}/sleep/found/3")["strength"] == value


def test_a_run_that_a_file_lacks_is_an_error(tmp_path):
    write({"sleep/found/3": {"strength": np.array([1])}}, tmp_path / "seeds3.npz")
    with pytest.raises(KeyError, match="sleep/found/4"):
        read(f"{tmp_path}/seeds3.npz/sleep/found/4")


def test_facts_keep_their_types(tmp_path):
    facts = {"seed": 3, "history": {"layer": [1, 2], "changed": [0.1, float("nan")]}}
    write_facts({key_of(RUN): facts}, tmp_path / "seeds3.json")
    back = read_facts(f"{tmp_path}/seeds3.json/sleep/found/3")
    assert back["history"]["layer"] == [1, 2] and np.isnan(back["history"]["changed"][1]) and back["seed"] == 3


def test_an_interrupted_write_leaves_nothing(tmp_path, monkeypatch):
    def broken(*_, **__):
        raise OSError("no space left on device")

    monkeypatch.setattr("numpy.savez_compressed", broken)
    with pytest.raises(OSError):
        write({"sleep/found/3": {}}, tmp_path / "seeds3.npz")
    assert not list(tmp_path.iterdir())


def test_large_arrays_are_read_when_they_are_asked_for(tmp_path):
    write({"sleep/found/1": {"right": np.ones(2), "adversarials": np.zeros((3, 2, 4))}}, tmp_path / "seeds1.npz")
    path = f"{tmp_path}/seeds1.npz/sleep/found/1"
    assert set(read(path)) == {"right"} and read(path, "adversarials")["adversarials"].shape == (3, 2, 4)
