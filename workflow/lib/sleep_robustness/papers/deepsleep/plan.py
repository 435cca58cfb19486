"""What the figures of DeepSleep take beside the stages that papers share. Standard library only, as the plan."""

from sleep_robustness.plan import Plan, Run

MNIST = "mnist"
SCALES = [2, 4, 8, 16, 32, 64, 128, 255]  # the printed noise scales; ε is a 255th of each
# PGD's images made on the control; on the network itself, up the loss; and up the margin
GAP = [("pgd_loss", "shared"), ("pgd_loss", "described"), ("pgd", "linf")]


def stages(plan: Plan) -> list[Run]:
    """The networks whose filters and accuracies are followed, with their reading and what they come `after`: the control, slow
    sleep, fast sleep, or asleep, which is the spiking network of both."""
    return [
        {"reading": reading, "after": after, "dataset": MNIST, "defence": defence, "variant": variant, "seed": seed}
        for reading, own in plan.config["stages"].items()
        if reading in plan.config["readings"]
        for after, (defence, variant) in {
            "control": ("control", plan.control),
            **{after: ("deepsleep", variant) for after, variant in own.items()},
        }.items()
        for seed in plan.seeds(MNIST)
    ]


def asleep(plan: Plan) -> list[Run]:
    """Those that are spiking networks."""
    return [run for run in stages(plan) if run["after"] == "asleep"]


def slept(plan: Plan) -> list[Run]:
    """Those whose slow sleep the spiking networks have in them: what these are `of`, or themselves."""
    bases = [(run, plan.base_run(run)) for run in asleep(plan)]
    return [run if base["defence"] == "control" else base for run, base in bases]


def shown(plan: Plan) -> dict[str, int]:
    """How many images slow sleep shows in an epoch, by reading."""
    asked = {run["reading"]: plan.fit_params(MNIST, run["defence"], run["variant"]) for run in slept(plan)}
    return {reading: own["slow"]["examples"] // own["batch"] * own["batch"] for reading, own in asked.items()}


def inputs(plan: Plan) -> dict[str, str]:
    """What the spiking network is shown in fast sleep, "image" or "spikes", by reading."""
    asked = {run["reading"]: plan.fit_params(MNIST, run["defence"], run["variant"]) for run in asleep(plan)}
    return {reading: own["fast"]["input"] for reading, own in asked.items()}


def worst_runs(plan: Plan) -> list[Run]:
    """For each reading that attacks by PGD up the margin all attacks with a limit, and images made on the control, that every
    one of its networks meets, with the reading."""
    found = []
    compared = plan.compared_runs(MNIST, attack="pgd")
    runs = [run for attack in plan.config["attacks"] if attack != "cw" for run in plan.runs(MNIST, attack=attack)]
    for reading in dict.fromkeys(run["reading"] for run in compared):
        networks = {(run["defence"], run["variant"]) for run in compared if run["reading"] == reading}
        own = [run | {"reading": reading} for run in runs if (run["defence"], run["variant"]) in networks]
        met = {network: {_attack(run) for run in own if (run["defence"], run["variant"]) == network} for network in networks}
        found += [run for run in own if _attack(run) in set.intersection(*met.values())]
    return found


def _attack(run: Run) -> tuple[str, str]:
    """What a run is attacked by."""
    return run["attack"], run["attack_variant"]


def gap_runs(plan: Plan) -> list[Run]:
    """Those under PGD three ways of the networks that a reading compares, with the reading."""
    axes = ("reading", "dataset", "defence", "variant", "seed")
    networks = dict.fromkeys(tuple(run[name] for name in axes) for run in plan.compared_runs(MNIST, attack="pgd_loss"))
    return [
        dict(zip(axes, network, strict=True)) | {"attack": attack, "attack_variant": variant}
        for network in networks
        for attack, variant in GAP
    ]
