import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sleep_robustness.data import Dataset, HeldOut, stratified_order
from sleep_robustness.errors import UserError


def dataset(**changes):
    x, y = np.random.default_rng(0).random((6, 4)).astype(np.float32), np.array([0, 1, 2, 0, 1, 2])
    return Dataset(**({"train_x": x, "train_y": y, "test_x": x, "test_y": y, "bounds": (0.0, 1.0), "shape": (2, 2)} | changes))


def test_save_and_load_keep_everything(tmp_path):
    before = dataset()
    before.save(tmp_path / "dataset.npz")
    after = Dataset.load(tmp_path / "dataset.npz")
    assert (after.bounds, after.shape, after.classes) == ((0.0, 1.0), (2, 2), 3)
    np.testing.assert_array_equal(after.train_x, before.train_x)
    assert after.train_x.dtype == np.float32 and after.test_y.dtype == np.int64
    held_out = HeldOut.load(tmp_path / "dataset.npz")
    np.testing.assert_array_equal(held_out.test_x, before.test_x)
    assert held_out.shape == before.shape and (held_out.test_y == before.test_y).all()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"train_y": np.zeros(5, np.int64)}, "6 training examples with 5 labels"),
        ({"test_x": np.empty((0, 4), np.float32), "test_y": np.empty(0, np.int64)}, "0 test examples"),
        ({"shape": (3, 3)}, "do not fit the stated shape"),
        ({"test_x": np.full((6, 4), np.nan, np.float32)}, "not finite"),
        ({"test_x": np.full((6, 4), 2, np.float32)}, "leave the bounds"),
    ],
)
def test_what_does_not_fit_gets_a_sentence(changes, sentence):
    with pytest.raises(UserError, match=sentence):
        dataset(**changes)


@given(st.lists(st.integers(0, 4), min_size=1, max_size=200), st.data())
def test_every_prefix_of_the_order_is_stratified(labels, data):
    labels = np.array(labels)
    order = stratified_order(labels)
    assert sorted(order) == list(range(len(labels)))
    n = data.draw(st.integers(1, len(labels)))
    for label in np.unique(labels):
        share = (labels == label).mean() * n
        assert abs((labels[order[:n]] == label).sum() - share) <= len(np.unique(labels)) + 1


def test_the_order_of_mnist_takes_200_of_each_tenth(mnist):
    order = stratified_order(mnist.test_y)
    counts = np.bincount(mnist.test_y[order[:2000]])
    np.testing.assert_allclose(counts, np.bincount(mnist.test_y) / 5, atol=1.0)


def test_mnist_is_the_real_one(mnist):
    assert mnist.train_x.shape == (60_000, 784) and mnist.test_x.shape == (10_000, 784)
    assert np.bincount(mnist.test_y).tolist() == [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]
    assert mnist.train_y[:5].tolist() == [5, 0, 4, 1, 9]
    assert mnist.train_x.mean() == pytest.approx(0.1307, abs=1e-4) and mnist.train_x.std() == pytest.approx(0.3081, abs=1e-4)
