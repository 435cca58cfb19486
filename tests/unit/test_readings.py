from sleep_robustness.readings import alike, compared, for_dataset, measured

CONFIG = {
    "datasets": {"mnist": {}, "patches": {}},
    "defences": {
        "control": {"released": {}},
        "finetune": {"fgsm": {"tuned_on": "fgsm"}, "noise": {"tuned_on": "noise"}, "deepfool": {"tuned_on": "deepfool"}},
    },
    "distortions": {"noise": {}, "blur": {}},
}


def test_a_data_sets_own_parameters_go_before_the_common_ones():
    variant = {"a": 1, "b": 2, "patches": {"b": 3, "c": 4}}
    assert for_dataset(variant, "patches", CONFIG["datasets"]) == {"a": 1, "b": 3, "c": 4}
    assert for_dataset(variant, "mnist", CONFIG["datasets"]) == {"a": 1, "b": 2}


def test_a_reading_compares_the_variants_it_names():
    readings = {
        name: {"defences": {"control": "released", "finetune": tuned}, "attacks": {"fgsm": name}}
        for name, tuned in (("a", ["fgsm", "noise"]), ("b", "noise"))
    }
    assert list(compared(CONFIG | {"readings": readings}, "fgsm")) == [
        ("a", "control", "released", "a"),
        ("a", "finetune", "fgsm", "a"),
        ("b", "control", "released", "b"),
    ]


def test_tuned_networks_are_measured_where_the_paper_measures_them():
    assert list(measured(CONFIG, "attacks", "fgsm")) == [("control", "released"), ("finetune", "fgsm")]
    assert list(measured(CONFIG, "distortions", "blur")) == [("control", "released"), ("finetune", "noise")]


def test_readings_that_choose_alike_share_a_row():
    same = {"defences": {"control": "released"}, "attacks": {"fgsm": "loss", "jsma": "a"}}
    other = {"defences": {"control": "released"}, "attacks": {"fgsm": "loss", "jsma": "b"}}
    assert list(alike({"x": same, "y": other}, "attacks", ["fgsm"])) == ["x, y"]
    assert list(alike({"x": same, "y": other}, "attacks", ["fgsm", "jsma"])) == ["x", "y"]
