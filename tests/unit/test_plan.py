import pytest
import yaml
from conftest import CONFIG, ROOT, WHOLE

from sleep_robustness.configuration import check, load
from sleep_robustness.inheritance import overlaid
from sleep_robustness.only import narrowed
from sleep_robustness.papers.tadros import plan as tadros
from sleep_robustness.plan import ALL, Plan, outputs_of

MODEL = "{paper}/models/{dataset}/{networks}/seeds{seeds}.pt"
ARRAYS = "{paper}/attacks/{dataset}/{networks}/{attack}/{attack_variant}/seeds{seeds}.npz"


def plan(batch="seeds", **parts):
    """A plan of two kinds of data sets, one network made of another, and attacks with each kind of `networks`."""
    config = {
        "use": ["mnist", "patches"],
        "datasets": {
            "mnist": {"data": "mnist", "kind": "idx", "seeds": [1, 2], "batch": batch, "training": {"epochs": 2}},
            "patches": {"data": "patches", "kind": "patches", "seeds": [1, 2, 3], "batch": "all", "training": {"epochs": 1}},
        },
        "defences": {
            "finetune": {
                "again": {"of": "fgsm", "epochs": 5, "measured_by": ["fgsm"]},
                "fgsm": {"tuned_on": "fgsm", "attack": "loss", "measured_by": ["fgsm", "pgd"]},
            },
            "control": {"released": {}},
            "sleep": {"found": {"steps": 10, "patches": {"steps": 20}}},
            "ablated": {"slept": {"sleep": "found"}},
        },
        "attacks": {
            "fgsm": {
                "loss": {"objective": "loss", "keep": False, "networks": "all", "examples": 900},
                "kept": {"objective": "loss", "keep": True, "networks": "compared", "examples": 900},
            },
            "pgd": {"linf": {"strengths": [0.1], "networks": "compared", "examples": 9, "patches": {"networks": "none"}}},
        },
        "transfers": {"fgsm": {"shared": {"images": "kept", "source": "control/released", "networks": "compared"}}},
        "distortions": {"noise": {"released": {}}, "feature_noise": {"released": {}}},
        "readings": {
            "a": {
                "defences": {"control": "released", "sleep": "found"},
                "attacks": {"fgsm": "shared", "pgd": "linf"},
                "distortions": {"noise": "released"},
            }
        },
    }
    return Plan("tadros", config | parts)


def test_a_network_stands_behind_the_one_that_it_is_made_of():
    assert plan().networks == [
        ("control", "released"),
        ("finetune", "fgsm"),
        ("sleep", "found"),
        ("ablated", "slept"),
        ("finetune", "again"),
    ]
    assert plan().base_of("finetune", "again") == ("finetune", "fgsm") and plan().base_of("sleep", "found")[0] == "control"


def test_what_a_variant_is_measured_by_changes_nothing_of_how_it_is_made():
    assert plan().fit_params("mnist", "finetune", "again") == {"epochs": 5, "of": "fgsm"}
    tuned = plan().fit_params("mnist", "finetune", "fgsm")
    assert tuned == {"epochs": 2, "tuned_on": "fgsm", "attack": {"objective": "loss", "keep": False}}
    assert plan().fit_params("patches", "ablated", "slept") == {"epochs": 1, "sleep": {"steps": 20}}


@pytest.mark.parametrize(
    ("batch", "files"),
    [
        ("one", ["mnist/sleep/found/seeds1.pt", "mnist/sleep/found/seeds2.pt"]),
        ("seeds", ["mnist/sleep/found/seeds1-2.pt"]),
        ("all", ["mnist/all/seeds1-2.pt"]),
    ],
)
def test_a_data_set_says_what_a_job_takes(batch, files):
    runs = [{"dataset": "mnist", "defence": "sleep", "variant": "found", "seed": seed} for seed in (1, 2)]
    assert plan(batch).models(MODEL, runs) == [f"tadros/models/{file}" for file in files]
    controls = [run | {"defence": "control", "variant": "released"} for run in runs]
    apart = plan(batch).models(MODEL, controls)  # a file of their own, since the others are made of them
    assert apart == [
        f"tadros/models/mnist/control/released/seeds{seeds}.pt" for seeds in (["1", "2"] if batch == "one" else ["1-2"])
    ]


def test_a_batch_of_all_has_the_networks_that_the_attacks_variant_runs_on():
    whole = {"dataset": "patches", "networks": ALL, "seeds": "1-3"}
    assert len(plan().batch(**whole)) == 5 * 3
    loss = plan().batch(**whole, attack="fgsm", attack_variant="loss")
    shared = plan().batch(**whole, attack="fgsm", attack_variant="shared")
    noise = plan().batch(**whole, distortion="noise", distortion_variant="released")
    assert (len(loss), len(shared), len(noise)) == (5 * 3, 2 * 3, 3 * 3)
    assert {run["defence"] for run in shared} == {"control", "sleep"}


def test_a_job_of_all_makes_all_but_the_controls_and_needs_these_alone():
    batch = {"dataset": "patches", "networks": ALL, "seeds": "1-3"}
    made = plan().fits(**batch)
    assert (
        len(made) == 4 * 3
        and (made[-1]["of"], made[0]["of"]) == ("finetune/fgsm/3", None)
        and made[0]["base"] == "control/released/1"
    )
    assert plan().models(MODEL, plan().bases(**batch)) == ["tadros/models/patches/control/released/seeds1-3.pt"]
    assert plan().defence_modules(**batch) == ["attacks.fgsm", "defences.ablated", "defences.finetune", "defences.sleep"]


def test_a_network_may_go_on_from_one_that_goes_on_from_a_third():
    tuned = {
        "last": {"of": "again", "measured_by": []},
        "again": {"of": "fgsm", "measured_by": []},
        "fgsm": {"measured_by": []},
    }
    own = plan(defences={"finetune": tuned, "control": {"released": {}}})
    assert [variant for _, variant in own.networks] == ["released", "fgsm", "again", "last"]
    made = own.fits(dataset="patches", networks=ALL, seeds="1-3")
    assert [(one["variant"], one["of"]) for one in made if one["seed"] == 2] == [
        ("fgsm", None), ("again", "finetune/fgsm/2"), ("last", "finetune/again/2")
    ]  # fmt: skip
    assert {one["base"] for one in made} == {f"control/released/{seed}" for seed in (1, 2, 3)}


def test_a_job_of_one_network_needs_its_control_and_the_one_that_it_is_made_of():
    batch = {"dataset": "mnist", "networks": "finetune/again", "seeds": "1-2"}
    assert plan().models(MODEL, plan().bases(**batch)) == [
        f"tadros/models/mnist/{network}/seeds1-2.pt" for network in ("control/released", "finetune/fgsm")
    ]


def test_a_transfer_shows_the_images_of_its_source_on_every_seed():
    batch = {"dataset": "mnist", "networks": "sleep/found", "seeds": "1-2", "attack": "fgsm", "attack_variant": "shared"}
    assert plan().attacked(**batch)[1] == {"seed": 2, "network": "sleep/found/2"}
    sources = plan().sources(**batch)
    assert sources[1] == {"dataset": "mnist", "defence": "control", "variant": "released", "seed": 2} | {
        "attack": "fgsm",
        "attack_variant": "kept",
    }
    arrays = "{stage}/{dataset}/{networks}/{attack}/{attack_variant}/seeds{seeds}.npz"
    assert plan().files(arrays, sources) == ["attacks/mnist/control/released/fgsm/kept/seeds1-2.npz"] * 2
    shown = plan().compared_runs("mnist", attack="fgsm")
    assert set(plan().files(arrays, shown)) == {
        f"transfers/mnist/{network}/fgsm/shared/seeds1-2.npz" for network in ("control/released", "sleep/found")
    }
    assert plan().transfer_params("mnist", "fgsm", "shared")["source"] == "control/released"


def test_a_source_of_images_is_attacked_though_no_reading_compares_it():
    whole = {"dataset": "patches", "networks": ALL, "seeds": "1-3", "attack": "fgsm", "attack_variant": "kept"}
    assert {(run["defence"], run["variant"]) for run in plan().batch(**whole)} == {("control", "released")}
    assert not [run for run in plan().runs("patches", attack="fgsm") if run["attack_variant"] == "kept"]


def test_every_run_that_is_gathered_is_one_that_its_batch_makes():
    """Of the project's own config: no summary asks a file for a run that the job which makes the file leaves out."""
    whole = Plan("tadros", CONFIG)
    for dataset in whole.datasets:
        for run in whole.checked_runs(dataset):
            batch = whole.batch_of(**run) | {"dataset": dataset}
            by = {axis: run[axis] for axis in ("attack", "attack_variant")}
            made = whole.diagnosed(**batch) if run["attack"] == "diagnosis" else whole.attacked(**batch, **by)
            assert "{defence}/{variant}/{seed}".format(**run) in {one["network"] for one in made}


def test_a_variant_may_not_be_run_on_a_data_set():
    assert plan().runs("mnist", attack="pgd") and not plan().runs("patches", attack="pgd")
    asked = plan().summaries_of_attacks("{dataset}_{attack}.csv")
    assert asked == ["mnist_fgsm.csv", "mnist_pgd.csv", "patches_fgsm.csv"]


def test_a_reading_compares_what_it_names_on_every_seed():
    runs = plan().compared_runs("patches", attack="fgsm")
    assert [(run["reading"], run["defence"], run["seed"]) for run in runs] == [
        ("a", defence, seed) for defence in ("control", "sleep") for seed in (1, 2, 3)
    ]
    assert list(runs[0]) == ["dataset", "attack", "seed", "reading", "defence", "variant", "attack_variant"]


def test_the_diagnosis_is_by_the_margin_if_there_is_one_and_of_few_images():
    assert plan().diagnosis_params("mnist") == {"objective": "loss", "keep": False, "examples": 500}
    margin = {"margin": {"objective": "margin", "networks": "all", "examples": "all"}}
    own = plan(attacks={"fgsm": plan().config["attacks"]["fgsm"] | margin}).diagnosis_params("mnist")
    assert own["objective"] == "margin" and own["examples"] == "all"


def test_networks_inside_are_compared_with_the_control_and_with_others_of_their_defence():
    whole = Plan("tadros", CONFIG)
    pairs = tadros.inner_pairs(whole)
    assert {run["defence"] for run in tadros.inner_runs(whole)} >= {"sleep", "finetune", "distillation"}
    assert all(pair["defence"] == pair["other"] and pair["variant"] != pair["other_variant"] for pair in pairs)
    assert all(tadros.other_run(pair)["variant"] == pair["other_variant"] for pair in pairs)


def test_searches_are_over_controls_that_mnist_has_and_judged_on_others_too():
    whole = Plan("tadros", CONFIG)
    assert [run["seed"] for run in tadros.searched(whole, "several")] == [1, 2, 3]
    assert tadros.unseen_batch(whole, MODEL) == "tadros/models/mnist/control/released/seeds6-8.pt"
    assert not {run["seed"] for run in tadros.unseen(whole)} & set(whole.seeds("mnist"))


def test_sleeps_with_equal_parameters_are_one_where_a_data_set_has_no_own():
    whole = Plan("tadros", CONFIG)
    assert list(tadros.undertrained_sleeps(whole, "mnist")) == ["printed", "released", "found"]
    assert list(tadros.undertrained_sleeps(whole, "patches")) == ["printed", "released"]


def test_attacks_beside_the_paper_are_those_that_a_reading_says_are():
    assert plan().attacks_beside == [] and plan().papers_attacks == ["fgsm", "pgd"]
    readings = {name: own | {"beside": ["pgd"]} for name, own in plan().config["readings"].items()}
    assert plan(readings=readings).attacks_beside == ["pgd"] and plan(readings=readings).papers_attacks == ["fgsm"]


def test_attacks_that_no_network_meets_are_none_of_the_papers():
    """As where `only` leaves the readings out that name them."""
    whole = Plan("tadros", CONFIG)
    only = narrowed({"papers": {"tadros": CONFIG}, "scale": "laptop", "only": {"readings": ["released"]}})["papers"]["tadros"]
    assert "autoattack" in whole.beside and whole.papers_attacks == Plan("tadros", only).papers_attacks


def test_common_subsets_are_of_the_papers_networks_alone():
    readings = {name: own | {"beside": ["sleep"]} for name, own in plan().config["readings"].items()}
    every, papers = plan().papers_runs("fgsm", "mnist"), plan(readings=readings).papers_runs("fgsm", "mnist")
    assert papers == [run for run in every if run["defence"] != "sleep"] and 0 < len(papers) < len(every)


def test_data_sets_of_one_data_have_one_file_and_say_how_many_outputs():
    twins = Plan("tadros", CONFIG)
    assert {twins.data_file("{data}.npz", name) for name in ("patches", "patches_batch2")} == {"patches.npz"}
    assert outputs_of([twins], "patches") == [4] and outputs_of([twins, twins], "cub200") == [200] and outputs_of([], "x") == []


def test_a_network_of_another_paper_lies_there_and_is_made_there():
    config = plan().config
    taken = {"control": {"released": {"from": "first/mnist/control/released"}}, "sleep": {"found": {"steps": 3}}}
    second = Plan("second", config | {"defences": taken}, {"first": Plan("first", config)})
    batch = {"dataset": "mnist", "networks": "sleep/found", "seeds": "1-2"}
    assert second.models(MODEL, second.bases(**batch)) == ["first/models/mnist/control/released/seeds1-2.pt"]
    assert second.models(MODEL, second.made(**batch)) == ["second/models/mnist/sleep/found/seeds1-2.pt"]
    assert second.made(dataset="mnist", networks="control/released", seeds="1-2") == []


def test_papers_of_the_config_take_networks_that_the_others_make():
    whole = {}
    whole |= {name: Plan(name, own, whole) for name, own in WHOLE["papers"].items()}
    runs = whole["zhang"].runs("mnist", attack="fgsm")
    papers = {file.split("/")[0] for file in whole["zhang"].models(MODEL, runs)}
    assert papers == {"tadros", "zhang"}


def test_a_change_in_one_place_holds_for_exactly_the_networks_that_follow_from_it():
    """The decay of the released sleep is that of the sleeps like it, and of the controls of ours made from one of these."""
    base = yaml.safe_load((ROOT / "config/config.yaml").read_text())
    change = {"papers": {"tadros": {"defences": {"sleep": {"released": {"decay": 0.99}}}}}}
    plans = [Plan("tadros", load(overlaid(base, own), ROOT / "config/papers")["papers"]["tadros"]) for own in ({}, change)]
    one, other = ({network: own.fit_params("mnist", *network) for network in own.networks} for own in plans)
    sleeps = {("sleep", name) for name in ("released", "released_deepfool", "found", "inverted", "shuffled")}
    ours = {("ablated", "found_slept"), ("ablated", "found_random"), ("shuffled_sleep", "found"), ("weight_noise", "found")}
    assert {network for network in one if one[network] != other[network]} == sleeps | ours


@pytest.mark.parametrize("scale", ["laptop", "smoke"])
def test_fashion_mnist_is_an_entry_and_sleeps_with_mnists_parameters(scale):
    whole = yaml.safe_load((ROOT / "config/config.yaml").read_text())
    for name in (["smoke"] if scale == "smoke" else []) + ["fashion"]:
        whole = overlaid(whole, yaml.safe_load((ROOT / f"config/{name}.yaml").read_text()))
    whole = load(whole, ROOT / "config/papers")
    check(whole)
    own = Plan("tadros", whole["papers"]["tadros"])
    assert own.of_kind("idx") == ["mnist", "fashion"]
    assert whole["datasets"]["fashion"]["train_examples"] == whole["datasets"]["mnist"]["train_examples"]
    for network in own.networks:
        assert own.fit_params("fashion", *network) == own.fit_params("mnist", *network)
    met = {(run["defence"], run["variant"]) for run in own.runs("fashion", attack="fgsm")}
    assert met == {(run["defence"], run["variant"]) for run in own.runs("mnist", attack="fgsm")}
