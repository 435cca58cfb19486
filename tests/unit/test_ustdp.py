"""U-STDP against the released recurrence written out in torch, with gradients through every step."""

import numpy as np
import pytest
import torch
from recurrence import current, recurrence
from torch.nn.functional import conv2d

from sleep_robustness.spiking import competition, ustdp


def draws(steps, step, reached, key=7):
    """What the engine draws at each place of a step, int64 [places]."""
    numbers = np.arange(len(reached), dtype=np.uint64) * np.uint64(steps) + np.uint64(step)
    with np.errstate(over="ignore"):
        return torch.from_numpy(competition.drawn(np.uint64(key), numbers, reached.numpy().astype(np.uint64)).astype(np.int64))


@pytest.fixture
def layer():
    rng = torch.Generator().manual_seed(0)
    x = torch.rand(6, 2, 9, 9, generator=rng, dtype=torch.float64)
    return x, torch.randn(5, 2, 5, 5, generator=rng, dtype=torch.float64) / 5


def test_a_convolution_spikes_and_learns_as_the_recurrence_step_by_step(layer, monkeypatch):
    x, weight = layer
    (counts, voltages), gradient = recurrence(x, weight, 80, draws)
    seen = ustdp.watched(x, 80, weight, 7)
    assert torch.equal(seen.counts, counts) and counts.sum() > 0 and (counts.sum((0, 2, 3)) > 0).all()
    torch.testing.assert_close(seen.voltages, voltages, rtol=0, atol=1e-9)
    torch.testing.assert_close(seen.derivative, gradient, rtol=1e-9, atol=1e-9)
    monkeypatch.setattr(ustdp, "normalised", lambda weight: weight)
    smallest = gradient.flatten(1).min(1).values
    raised = gradient.min(1).values.flatten(1).max(1).values
    moved = (ustdp.learnt(weight, seen.derivative) - weight) / ustdp.RATE
    torch.testing.assert_close(moved, gradient - (smallest + 0.3 * raised)[:, None, None, None], rtol=1e-9, atol=1e-9)


def test_many_reach_their_threshold_together_and_each_wins_as_often():
    gains, ones = torch.ones(4000, 3, dtype=torch.float64), torch.ones(3, dtype=torch.float64)
    voltages, counts = torch.zeros_like(gains), torch.zeros_like(gains)
    competition.compete(gains, voltages, counts, ones, ones, torch.ones_like(gains[:, 0]), 1.0, 2, 3)
    assert counts.sum() == 4000 and (counts.sum(1) == 1).all()
    assert (counts.sum(0) - 4000 / 3).abs().max() < 4 * (4000 * 2 / 9) ** 0.5
    assert (voltages[counts == 1] == 0).all() and (voltages[counts == 0] == -1).all()


def test_an_image_of_0_and_1_is_as_many_batches_of_spikes(layer):
    """But for the draws among neurons that reach their threshold together, of which there are none here."""
    x, weight = layer[0].round(), layer[1]
    whole = ustdp.watched(x, 30, weight[:1], 1)
    each = ustdp.watched_spikes([x] * 30, x, weight[:1], 1)
    assert whole.counts.sum() > 0
    for name in ("counts", "voltages", "derivative"):
        torch.testing.assert_close(getattr(each, name), getattr(whole, name))
    assert ustdp.watched_spikes([x], x, weight[:1], 1, learning=False).derivative is None


def test_voltages_go_on(layer):
    x, weight = layer
    once = ustdp.watched(x, 30, weight, 1)
    assert not torch.equal(ustdp.watched(x, 30, weight, 1, once.voltages).counts, once.counts)
    spikes = list(ustdp.spikes_for(x, 30, 0.8, torch.Generator().manual_seed(0)))
    first, second = (ustdp.watched_spikes(some, 0.8 * x, weight[:1], 1) for some in (spikes[:12], spikes))
    rest = ustdp.watched_spikes(spikes[12:], 0.8 * x, weight[:1], 1, first.voltages)
    assert torch.equal(rest.counts + first.counts, second.counts) and torch.equal(rest.voltages, second.voltages)


def test_the_derivative_of_spikes_shown_is_that_of_their_currents(layer):
    """By autograd, of Σ counts · current over all steps, with each step's own counts held fixed."""
    x, weight = layer
    times = list(ustdp.spikes_for(x, 12, 0.8, torch.Generator().manual_seed(0)))
    own, each, before = weight.clone().requires_grad_(), [], None
    for number in range(1, len(times) + 1):
        counts = ustdp.watched_spikes(times[:number], 0.8 * x, weight, 5).counts
        each.append(counts if before is None else counts - before)
        before = counts
    threshold = conv2d(0.8 * x, own).amax((0, 2, 3)) + 1e-4
    total = sum((counts * current(conv2d(some, own), threshold)).sum() for counts, some in zip(each, times, strict=True))
    (expected,) = torch.autograd.grad(total / before[:, 0].numel(), own)
    seen = ustdp.watched_spikes(times, 0.8 * x, weight, 5)
    torch.testing.assert_close(seen.derivative, expected, rtol=1e-9, atol=1e-9)
    assert before.sum() > 0


@pytest.fixture
def by_operations(monkeypatch):
    """What a GPU does, on the CPU."""

    def begin():
        monkeypatch.setattr(competition, "_on_the_cpu", lambda array: False)

    return begin


def test_operations_of_torch_draw_the_same_winners(layer, by_operations):
    x, weight = layer
    linear = [ustdp.Linear(weight.flatten(1)) for _ in range(2)]
    shown = x.flatten(1)[:, :50]
    looped, counted = ustdp.watched(x, 80, weight, 2**63 + 7), linear[0].learn(shown, 30, 9)
    by_operations()
    seen = ustdp.watched(x, 80, weight, 2**63 + 7)
    for name in ("counts", "voltages", "derivative"):
        assert torch.equal(getattr(seen, name), getattr(looped, name))
    assert torch.equal(linear[1].learn(shown, 30, 9), counted) and counted.sum() > 0
    assert torch.equal(linear[1].voltages, linear[0].voltages)


def test_operations_of_torch_do_the_same_over_spikes(layer, by_operations):
    x, weight = layer
    times = list(ustdp.spikes_for(x, 40, 0.8, torch.Generator().manual_seed(0)))
    looped = ustdp.watched_spikes(times, 0.8 * x, weight, 5)
    by_operations()
    seen = ustdp.watched_spikes(times, 0.8 * x, weight, 5)
    assert torch.equal(seen.counts, looped.counts) and looped.counts.sum() > 0
    torch.testing.assert_close(seen.voltages, looped.voltages, rtol=0, atol=1e-9)
    torch.testing.assert_close(seen.derivative, looped.derivative, rtol=1e-9, atol=1e-9)


def test_an_image_as_spikes_is_drawn_anew_in_each_step():
    x = torch.tensor([0.0, 0.5, 1.0]).expand(500, 1, 1, 3).clone()
    spikes = torch.stack(list(ustdp.spikes_for(x, 25, 0.5, torch.Generator().manual_seed(0))))
    assert spikes.shape == (25, 500, 1, 1, 3) and set(spikes.unique().tolist()) == {0, 1}
    torch.testing.assert_close(spikes.mean((0, 1, 2, 3)), torch.tensor([0, 0.25, 0.5]), atol=0.015, rtol=0)


def test_a_neuron_of_the_linear_layer_by_hand():
    """It gains 1 a step and begins at a threshold of 3: 1, 1.99, 2.9701, 3.940399 spikes, and so again at every fourth step."""
    layer = ustdp.Linear(torch.tensor([[1.0], [0.5]], dtype=torch.float64))
    x = torch.ones(1, 1, dtype=torch.float64)
    counts = layer.learn(x, 8, 0)
    assert counts.tolist() == [[2, 0]]
    torch.testing.assert_close(layer.weight, torch.full((2, 1), ustdp.LARGEST, dtype=torch.float64))
    torch.testing.assert_close(layer.thresholds, torch.tensor([3 + 0.002 * 2, 3], dtype=torch.float64))
    lowered = sum(25 * 0.99 ** (8 - step) for step in (4, 8))  # the other one, by each spike of the first
    torch.testing.assert_close(layer.voltages[0, 1].item(), 0.5 * sum(0.99**k for k in range(8)) - lowered)


def test_thresholds_of_the_linear_layer_stay_below_350():
    layer = ustdp.Linear(torch.full((2, 1), 200.0, dtype=torch.float64))
    layer.learn(torch.ones(3, 1, dtype=torch.float64), 2, 0)
    assert layer.thresholds.tolist() == [350, 350]


def test_a_neuron_without_a_weight_above_0_stays_silent():
    layer = ustdp.Linear(torch.tensor([[1.0, 0.5], [-1.0, -0.5]], dtype=torch.float64))
    counts = layer.learn(torch.ones(3, 2, dtype=torch.float64), 9, 0)
    assert (counts[:, 0] > 0).all() and (counts[:, 1] == 0).all()
    torch.testing.assert_close(layer.weight, torch.tensor([[0.1, 0.05], [0, 0]], dtype=torch.float64), rtol=0, atol=1e-4)


def test_filters_are_normalised(layer):
    _, weight = layer
    ready = ustdp.normalised(weight).flatten(1)
    torch.testing.assert_close(ready.mean(1), torch.zeros(5, dtype=torch.float64))
    torch.testing.assert_close(ready.std(1, correction=0), torch.ones(5, dtype=torch.float64))


def test_what_is_passed_on_is_a_share_of_the_examples_most():
    counts = torch.zeros(2, 1, 4, 4)
    counts[0, 0, 1, 1], counts[0, 0, 2, 3] = 4, 2
    assert ustdp.passed_on(counts)[:, 0].tolist() == [[[1, 0], [0, 0.5]], [[0, 0], [0, 0]]]


def test_batches_leave_out_what_does_not_fill_one():
    taken = torch.cat(list(ustdp.batches(10, 4, torch.Generator().manual_seed(0))))
    assert len(taken) == 8 and len(set(taken.tolist())) == 8
