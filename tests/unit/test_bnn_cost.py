"""What networks of Pham et al. cost, against numbers counted by hand."""

import numpy as np
import pandas as pd
import pytest

from sleep_robustness.papers.bnn.tables.table_cost import cost_rows, counts, table_cost, time_rows
from sleep_robustness.tables.markup import html, markdown

SIZES = {"widths": {"narrow": 4, "base": 5, "wide": 8}, "epochs": {"base": 10, "long": 15}}
BINARY = {"reading": "audited", "grid": "g", "member": 1, "seed": 1, "weights": "binary", "width": "base"}
BINARY |= {"epochs": "base", "lipschitz": "none", "m": 1.35}


def test_a_binary_network_is_counted_as_by_hand():
    """3-4-5-2: 12 weights behind pixels, 20 + 10 behind signs, 4 + 5 + 2 units with BatchNorm."""
    found = counts([3, 4, 5, 2], real=False, tasks=6)
    assert (found["multiplications"], found["additions"], found["xnors"]) == (11, 12 + 11, 30)
    assert found["picojoules"] == pytest.approx(11 * 3.7 + 23 * 0.9 + 30 * 0.03 / 8)
    assert (found["weight_bits"], found["norm_bits"]) == (42, 2 * 11 * 32)
    assert found["training_bits"] == 32 * (42 + 2 * 42 + 6 * 4 * 11 + 2 * 2 * 11)


def test_its_twin_multiplies_and_keeps_as_much_in_training():
    found, binary = (counts([3, 4, 5, 2], real, tasks=6) for real in (True, False))
    assert (found["multiplications"], found["additions"], found["xnors"]) == (42 + 11, 42 + 11, 0)
    assert found["picojoules"] == pytest.approx(53 * 4.6)
    assert found["weight_bits"] == 32 * 42
    assert found["norm_bits"] == binary["norm_bits"] and found["training_bits"] == binary["training_bits"]


def test_a_network_of_print_has_as_many_weights_as_print_has_units():
    """784-1024-1024-10 by hand."""
    found = counts([784, 1024, 1024, 10], real=False, tasks=6)
    assert found["weight_bits"] == 802_816 + 1_048_576 + 10_240 and found["multiplications"] == 2058
    assert found["additions"] == 802_816 + 2058 and found["xnors"] == 1_058_816


def runs_of(*own, seeds=(1, 2, 3)):
    """Runs of networks that differ from the usual one as `own` says, each with a path of its own."""
    rows = [BINARY | axes | {"member": place, "seed": seed} for place, axes in enumerate(own) for seed in seeds]
    return pd.DataFrame(row | {"path": f"{row['member']}/{row['seed']}"} for row in rows)


def reader(means, noise=0.0, device="cpu"):
    """What gives the seconds of three tasks, by member; seeds differ by a common factor and by noise. In the first task much is
    loaded, which takes as long for all."""

    def read(path):
        member, seed = map(int, path.split("/"))
        own = np.random.default_rng([member, seed]).normal(1, noise, 3)
        seconds = means[member] * (1 + seed / 10) * np.array([1, 1.1, 1.2]) * own + np.array([50, 0, 0])
        return pd.DataFrame({"task": [1, 2, 3], "seconds": seconds, "device": device, "threads": 1})

    return read


def test_rows_are_of_each_width_binary_and_real():
    runs = runs_of({"width": "wide"}, {}, {"weights": "real"})
    rows = cost_rows(runs, SIZES["widths"], inputs=3, classes=2, layers=2, tasks=6)
    assert list(zip(rows.weights, rows["size"], strict=True)) == [("binary", 5), ("real", 5), ("binary", 8), ("real", 8)]
    assert rows.weight_bits.tolist() == [15 + 25 + 10, 32 * 50, 24 + 64 + 16, 32 * 104]
    assert len(cost_rows(runs_of({}), SIZES["widths"], 3, 2, 2, 6)) == 1


def test_seconds_are_the_mean_over_later_tasks_and_networks_each_counted_once():
    runs = runs_of({})
    both = pd.concat([runs, runs.assign(reading="as_released")])
    seconds = time_rows(both, reader([2.0]), SIZES).query("measure == 'seconds'")
    assert len(seconds) == 1 and seconds.networks.item() == 3
    assert seconds.value.item() == pytest.approx(2 * 1.2 * 1.15)
    assert (seconds.device.item(), seconds.threads.item()) == ("cpu", 1)


@pytest.mark.parametrize(
    ("wide", "noise", "verdict"),
    [(1.1, 0, "holds"), (0.9, 0, "holds"), (1.3, 0, "refuted"), (0.7, 0, "refuted"), (1.2, 0.1, "not shown")],
)
def test_b13_is_decided_by_the_ratio_of_networks_of_one_seed(wide, noise, verdict):
    runs = runs_of({"width": "wide"}, {"width": "narrow"})
    row = time_rows(runs, reader([2 * wide, 2.0], noise), SIZES).query("axis == 'width'").squeeze()
    assert row.verdict == verdict and row.networks == 3
    assert row.low <= row.value <= row.high
    if not noise:
        assert (row.low, row.value, row.high) == pytest.approx([wide] * 3)


def test_m_and_epochs_stand_beside_and_widths_are_compared_at_one_m():
    runs = runs_of({"width": "wide"}, {"width": "narrow"}, {}, {"m": 0}, {"epochs": "long"}, {"width": "narrow", "m": 2})
    rows = time_rows(runs, reader([4.0, 2.0, 3.0, 1.5, 3.3, 99.0]), SIZES).set_index("axis")
    assert rows.value[["width", "m", "epochs"]].tolist() == pytest.approx([2, 2, 1.1])
    assert rows.verdict[["width", "m", "epochs"]].tolist() == ["refuted", "refuted", "holds"]


def test_one_width_or_another_device_cannot_be_compared():
    runs = runs_of({"width": "wide"}, {"width": "narrow"})
    cpu, gpu = reader([1.0, 1.0]), reader([1.0, 1.0], device="cuda")
    mixed = time_rows(runs, lambda path: (cpu if path.startswith("0") else gpu)(path), SIZES)
    for times in (mixed, time_rows(runs_of({}), cpu, SIZES)):
        row = times.query("axis == 'width'").squeeze()
        assert row.verdict == "cannot be tested" and np.isnan(row.value) and row.note


def test_one_network_decides_nothing():
    runs = runs_of({"width": "wide"}, {"width": "narrow"}, seeds=[1])
    row = time_rows(runs, reader([1.0, 1.0]), SIZES).query("axis == 'width'").squeeze()
    assert row.verdict == "not shown" and row.value == pytest.approx(1)


def test_tasks_that_were_learnt_before_a_kill_have_no_time_and_are_left_out():
    whole = reader([2.0, 2.0])
    runs = runs_of({"width": "wide"}, {"width": "narrow"})
    times = time_rows(runs, lambda path: whole(path)[1 if path == "0/3" else 0 :], SIZES)
    assert times.query("axis == 'width'").value.item() == pytest.approx(1)
    gone = time_rows(runs, lambda path: whole(path)[2:], SIZES)
    assert set(gone.measure) == {"ratio"} and set(gone.verdict) == {"cannot be tested"}


def test_the_readers_table_has_a_row_for_each_network_and_one_for_b13():
    runs = runs_of({"width": "wide"}, {"width": "narrow"}, {"m": 0})
    runs = pd.concat([runs, runs.assign(reading="as_released")])
    costs = cost_rows(runs, SIZES["widths"], 784, 10, 2, 6)
    shown = table_cost(costs, time_rows(runs, reader([4.0, 2.0, 1.0]), SIZES))
    assert shown.Network.tolist()[-1] == "B13, on this machine alone" and len(shown) == 4
    told = markdown(shown).replace("\N{NO-BREAK SPACE}", " ")
    assert "| binary, 8 units | 26 | 6 298 |" in told
    assert "audited, as_released: widest ÷ narrowest: 2.00 [2.00, 2.00], refuted" in told
    assert shown.iloc[1, -1] == "not run"  # at m 1.35
    assert 'data-reading="audited as_released"' in html(shown)
