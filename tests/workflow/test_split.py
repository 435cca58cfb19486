"""Split CIFAR-10 is made on request alone, and asked for it alone nothing of permuted MNIST is."""

import re

from conftest import SMOKE, give_mnist


def planned(project, *arguments):
    """The rules whose jobs a command plans, and how many of each."""
    done = project.snakemake("-n", *arguments)
    return {rule: int(number) for rule, number in re.findall(r"^(\w+) +(\d+)$", done.stdout + done.stderr, re.M)}


def test_split_cifar_is_made_on_request_alone(project):
    give_mnist(project, "resources/mnist")
    usual, asked = planned(project, "bnn", *SMOKE), planned(project, "bnn_cifar", *SMOKE)
    assert usual["bnn_learn"] and not [rule for rule in usual if "cifar" in rule or rule.startswith("bnn_final_fig_7")]
    assert asked["bnn_learn_cifar"] == 15 and asked["bnn_claims_cifar"] == 1
    assert not {"bnn_learn", "claims", "idx"} & asked.keys()
    both = planned(project, "bnn", *SMOKE, "--config", "papers={bnn: {use: [mnist, cifar10]}}")
    assert both["bnn_learn"] == usual["bnn_learn"] and both["bnn_learn_cifar"] == 15 and both["bnn_final_fig_9"] == 1
