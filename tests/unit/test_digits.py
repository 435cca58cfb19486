"""What sleep does to each class, on arrays made by hand and against pandas."""

import numpy as np
import pandas as pd
import pytest

from sleep_robustness.metrics import mean_of_networks, network_rows
from sleep_robustness.papers.tadros.analyses.digits import digit_rows, score_rows

INF = np.inf
LABELS = np.arange(100) % 10
SEEDS = (1, 2, 3)


def compare(control, sleep, outputs=None):
    """Rows of networks after sleep, whose strengths at each image `sleep` gives, beside those of the control."""
    arrays = {"control": control, "sleep": sleep}
    axes = {"reading": "printed", "dataset": "mnist", "variant": "a", "attack": "fgsm", "attack_variant": "loss"}
    runs = pd.DataFrame([axes | {"defence": name, "seed": seed, "path": name} for name in arrays for seed in SEEDS])
    outputs = outputs or {(name, "a", seed): np.eye(10)[LABELS] for name in arrays for seed in SEEDS}
    rows = digit_rows(runs, lambda path: {"strength": arrays[path], "label": LABELS}, outputs, LABELS)
    return rows[rows.defence == "sleep"].set_index(["measure", "label"])


def test_a_network_compared_with_itself_differs_by_nothing():
    strength = np.random.default_rng(0).choice([0, 0.1, 0.2, INF], 100)
    rows = compare(strength, strength)
    differences = rows[rows.index.get_level_values("measure").str.endswith("difference")]
    assert len(differences) == 6 * 12
    assert (differences[["value", "low", "high"]] == 0).all(axis=None)
    assert (differences.p.dropna() == 1).all() and differences.p.count() == 4 * 12


def test_forgetting_the_images_that_are_easy_to_attack_makes_no_other_harder_to_attack():
    control = np.where(np.arange(100) < 50, 0.1, 0.3)
    sleep = np.where(control == 0.1, 0, control)
    rows = compare(control, sleep)
    assert rows.value["mean_difference", "3"] == pytest.approx(0.1) and rows.p["mean_difference", "0-7"] < 0.01
    assert rows.value["mean_both_difference", "3"] == 0 and rows.value["median_both_difference", "3"] == 0
    assert rows.value["clean_difference", "3"] == -0.5 and rows.value["clean", "0-7"] == 0.5
    assert rows.examples["mean_both_difference", "0-7"] == 3 * 40


def test_what_sleep_lets_be_fooled_that_never_was_counts_against_it():
    """The mean of both leaves out what the control is never fooled on; the median does not."""
    control = np.where(np.arange(100) < 20, 0.1, INF)
    sleep = np.where(np.arange(100) < 20, 0.2, 0.25)
    rows = compare(control, sleep)
    assert rows.value["mean_both_difference", "3"] == pytest.approx(0.1)
    assert rows.value["median_both_difference", "3"] == -INF
    rows = compare(np.where(control == INF, 0, control), sleep)  # wrong, and so not of both
    assert rows.value["median_both_difference", "3"] == pytest.approx(0.1)


def test_of_a_digit_that_is_forgotten_nothing_is_left_to_attack():
    sleep = np.where(LABELS >= 8, 0, 0.2)
    rows = compare(np.full(100, 0.1), sleep)
    assert rows.value["clean", "8-9"] == 0 and rows.high["clean", "8-9"] < 0.2
    assert np.isnan(rows.value["mean", "9"]) and rows.note["mean", "9"] == "no example to count"
    assert rows.value["mean_difference", "0-7"] == pytest.approx(0.1)


def test_never_fooled_counts_those_that_are_right():
    rows = compare(np.tile([0.1, INF], 50), np.tile([0, INF, INF, INF], 25))  # odd digits: always never fooled
    assert rows.value["never_fooled", "1"] == 1 and rows.value["never_fooled_difference", "1"] == 0
    assert rows.value["never_fooled", "0"] == 1 and rows.value["never_fooled_difference", "0"] == 1


def test_scores_are_the_means_that_pandas_gives():
    rng = np.random.default_rng(0)
    outputs = {("sleep", "a", seed): rng.random((100, 10)) for seed in SEEDS}
    table = score_rows(outputs, LABELS).pivot_table(index="label", columns="output", values="value").to_numpy()
    expected = np.mean([pd.DataFrame(values).groupby(LABELS).mean().to_numpy() for values in outputs.values()], axis=0)
    np.testing.assert_allclose(table, expected)


def test_the_score_of_a_digit_is_its_own_output():
    outputs = {("control", "a", seed): np.eye(10)[LABELS] for seed in SEEDS}
    outputs |= {("sleep", "a", seed): np.where(LABELS >= 8, 0.25, 1)[:, None] * np.eye(10)[LABELS] for seed in SEEDS}
    rows = compare(np.full(100, 0.1), np.full(100, 0.1), outputs)
    assert rows.value["score", "8-9"] == 0.25 and rows.value["score_difference", "8-9"] == -0.75
    assert rows.value["score_difference", "0-7"] == 0


def test_one_helper_gives_what_the_tables_of_networks_have():
    rng = np.random.default_rng(1)
    seeds = {seed: {"strength": rng.choice([0, 0.1, 0.3], 60)} for seed in SEEDS}
    rows = network_rows(seeds)
    row = rows[(rows.seed == "mean") & (rows.measure == "clean")].iloc[0]
    again = mean_of_networks([(arrays["strength"] > 0).astype(float) for arrays in seeds.values()], share=True)
    assert {key: row[key] for key in again} == again
