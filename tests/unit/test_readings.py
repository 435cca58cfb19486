from sleep_robustness.papers.tadros.readings import looked_into, slept
from sleep_robustness.readings import alike, compared, for_dataset, meetings, named

CONFIG = {
    "datasets": {
        "mnist": {"kind": "idx", "data": "mnist"},
        "patches": {"kind": "patches", "data": "patches"},
        "tiny": {"kind": "patches", "data": "cut"},
    },
    "defences": {
        "control": {"released": {}},
        "finetune": {"fgsm": {"measured_by": ["fgsm", "pgd"]}, "noise": {"measured_by": ["noise", "blur"]}},
        "sleep": {"early": {}, "late": {}},
    },
    "attacks": {
        "fgsm": {"loss": {"networks": "all"}, "margin": {"networks": "compared"}},
        "pgd": {"linf": {"networks": "compared"}},
    },
    "distortions": {"noise": {"released": {}}, "blur": {"released": {}}},
    "readings": {
        "a": {
            "defences": {"control": "released", "finetune": ["fgsm", "noise"], "sleep": {"pgd": "late", "else": "early"}},
            "attacks": {"fgsm": "loss"},
            "distortions": {"noise": "released"},
        },
        "b": {
            "defences": {"control": "released", "finetune": "noise", "sleep": "late"},
            "attacks": {"fgsm": "margin", "pgd": "linf"},
            "distortions": {"noise": "released"},
        },
    },
}


def test_a_data_sets_own_parameters_go_before_the_common_ones():
    variant = {"a": 1, "b": 2, "patches": {"b": 3, "c": 4}}
    assert for_dataset(variant, "patches", CONFIG["datasets"]) == {"a": 1, "b": 3, "c": 4}
    assert for_dataset(variant, "mnist", CONFIG["datasets"]) == {"a": 1, "b": 2}
    own = variant | {"tiny": {"b": 5}}
    assert for_dataset(own, "tiny", CONFIG["datasets"]) == {"a": 1, "b": 5, "c": 4}  # its kind's, but for its own
    own |= {"cut": {"b": 6, "c": 7}}  # of its data
    assert for_dataset(own, "tiny", CONFIG["datasets"]) == {"a": 1, "b": 5, "c": 7}
    assert for_dataset(own, "patches", CONFIG["datasets"]) == {"a": 1, "b": 3, "c": 4}


def test_a_network_meets_what_it_is_measured_by_or_all():
    slept = [("sleep", "early"), ("sleep", "late")]
    met = [one[:2] for one in meetings(CONFIG, "attacks", "fgsm") if one[2] == "loss"]
    assert met == [("control", "released"), ("finetune", "fgsm"), *slept]
    assert [one[:2] for one in meetings(CONFIG, "distortions", "blur")] == [
        ("control", "released"),
        ("finetune", "noise"),
        *slept,
    ]


def test_a_reading_names_one_variant_or_several_or_one_by_attack():
    reading = CONFIG["readings"]["a"]
    assert named(reading, "control", "fgsm") == ["released"]
    assert named(reading, "finetune", "fgsm") == ["fgsm", "noise"]
    assert (named(reading, "sleep", "pgd"), named(reading, "sleep", "noise")) == (["late"], ["early"])
    assert named(reading, "nap", "fgsm") == []


def test_a_reading_compares_the_variants_it_names_under_the_attacks_it_names():
    assert list(compared(CONFIG, "attacks", "fgsm")) == [
        ("a", "control", "released", "loss"),
        ("a", "finetune", "fgsm", "loss"),
        ("a", "sleep", "early", "loss"),
        ("b", "control", "released", "margin"),
        ("b", "sleep", "late", "margin"),
    ]
    assert [run[0] for run in compared(CONFIG, "attacks", "pgd")] == ["b", "b"]


def test_a_variant_meets_all_networks_or_those_compared_or_none():
    met = list(meetings(CONFIG, "attacks", "fgsm"))
    assert ("sleep", "late", "loss", []) in met and ("sleep", "early", "loss", ["a"]) in met
    assert [one for one in met if one[2] == "margin"] == [
        ("control", "released", "margin", ["b"]),
        ("sleep", "late", "margin", ["b"]),
    ]
    never = CONFIG | {"attacks": {"fgsm": {"loss": {"networks": "all", "patches": {"networks": "none"}}}}}
    assert (
        not list(meetings(never, "attacks", "fgsm", "patches")) and len(list(meetings(never, "attacks", "fgsm", "mnist"))) == 4
    )
    assert not list(compared(never, "attacks", "fgsm", "tiny")) and len(list(compared(never, "attacks", "fgsm", "mnist"))) == 3


def test_images_and_embeddings_have_distortions_of_their_own():
    both = CONFIG | {"datasets": CONFIG["datasets"] | {"birds": {"kind": "cub200", "data": "birds"}}}
    both["distortions"] = {"noise": {"released": {}}, "feature_noise": {"released": {}}}
    for dataset, there in (("mnist", "noise"), ("birds", "feature_noise")):
        assert [name for name in both["distortions"] if list(meetings(both, "distortions", name, dataset))] == [there]


def test_readings_that_choose_alike_share_a_row():
    same = {"defences": {"control": "released"}, "attacks": {"fgsm": "loss", "jsma": "a"}}
    other = {"defences": {"control": "released"}, "attacks": {"fgsm": "loss", "jsma": "b"}}
    assert list(alike({"x": same, "y": other}, "attacks", ["fgsm"])) == ["x, y"]
    assert list(alike({"x": same, "y": other}, "attacks", ["fgsm", "jsma"])) == ["x", "y"]
    assert list(alike({"x": same, "y": other}, "attacks", ["pgd"])) == ["x, y"]


def test_the_networks_looked_into_are_those_of_the_distortions_and_every_sleep_a_reading_names():
    asked = CONFIG | {"analyses": {"strengths": {"noise": 0.5, "blur": 2}}}
    asked["defences"] = CONFIG["defences"] | {"sleep": {"early": {}, "late": {}, "other": {}}}
    asked["readings"] = {name: reading | {"distortions": {"noise": "released"}} for name, reading in CONFIG["readings"].items()}
    assert slept(asked) == ["early", "late"]
    assert looked_into(asked) == {
        ("finetune", "noise"): ["a", "b"],
        ("sleep", "early"): ["a"],
        ("sleep", "late"): ["b"],
    }
    only_a = asked | {"readings": {"a": asked["readings"]["a"]}}
    assert looked_into(only_a)["sleep", "late"] == ["beside"]


def test_what_the_config_lacks_is_met_by_none():
    assert not list(meetings(CONFIG, "distortions", "fog")) and not list(compared(CONFIG, "attacks", "cw"))
