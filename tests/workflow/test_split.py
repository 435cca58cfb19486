"""Split CIFAR is made on request alone, and asked for it alone nothing of permuted MNIST is. CIFAR-100 needs a folder."""

import re

from conftest import ROOT, SMOKE, give_mnist


def planned(project, *arguments):
    """The rules whose jobs a command plans, and how many of each."""
    done = project.snakemake("-n", *arguments)
    return {rule: int(number) for rule, number in re.findall(r"^(\w+) +(\d+)$", done.stdout + done.stderr, re.M)}


def test_split_cifar_is_made_on_request_alone(project):
    give_mnist(project, "resources/mnist")
    usual, asked = planned(project, "bnn", *SMOKE), planned(project, "bnn_cifar", *SMOKE)
    assert usual["bnn_learn"] and not [rule for rule in usual if "cifar" in rule or rule.startswith("bnn_final_fig_7")]
    assert asked["bnn_learn_cifar"] == 15 and asked["bnn_claims_cifar"] == 1
    assert not {"bnn_learn", "claims", "idx"} & asked.keys() and not [rule for rule in asked if "cifar100" in rule]
    both = planned(project, "bnn", *SMOKE, "--config", "papers={bnn: {use: [mnist, cifar10]}}")
    assert both["bnn_learn"] == usual["bnn_learn"] and both["bnn_learn_cifar"] == 15 and both["bnn_final_fig_9"] == 1


def test_cifar_100_is_planned_beside_it_if_its_folder_is_named(project):
    give_mnist(project, "resources/mnist")
    without = planned(project, "bnn_cifar", *SMOKE)
    both = planned(project, "bnn_cifar", *SMOKE, "--config", "datasets={cifar100: {batches: images}}")
    added = {"download_cifar100": 1, "embed_cifar10": 1, "cifar10": 1, "bnn_learn_cifar100": 15, "bnn_evaluate_cifar100": 3}
    added |= {"bnn_summarise_cifar100": 1}
    assert {rule: number - without.get(rule, 0) for rule, number in both.items() if number != without.get(rule, 0)} == {
        "total": sum(added.values()),
        **added,
    }


def test_contrasts_of_attacks_are_told_at_the_strengths_of_split_cifar():
    """Params that a rule does not name are those of the rule that it is made of, here permuted MNIST's."""
    text = (ROOT / "workflow/papers/bnn/cifar.smk").read_text(encoding="utf-8")
    own = dict(re.findall(r"^use rule bnn_summarise as (\w+) with:\n((?: .*\n|\n)+)", text, re.M))
    assert 'strengths=SPLIT.config["features"]' in own["bnn_summarise_cifar_features"]
    assert 'strengths=SPLIT.config["images"]["strengths"]' in own["bnn_summarise_cifar_images"]
