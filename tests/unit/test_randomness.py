import torch

from sleep_robustness.randomness import numpy_stream, seed_for, torch_stream


def test_streams_are_told_apart_by_purpose_and_axes_and_repeat():
    seeds = {seed_for(*key) for key in [("a",), ("a", 1), ("a", 2), ("b", 1), ("a", 1, 2), ("a", 12), ("a1", 2)]}
    assert len(seeds) == 7 and all(0 <= seed < 2**63 for seed in seeds)
    assert torch.equal(torch.rand(5, generator=torch_stream("a", 1)), torch.rand(5, generator=torch_stream("a", 1)))
    assert (numpy_stream("a", 1).random(5) == numpy_stream("a", 1).random(5)).all()


def test_a_seed_is_the_same_on_every_machine():
    assert seed_for("initial weights", 1) == SEED


SEED = 5787901577926824567
