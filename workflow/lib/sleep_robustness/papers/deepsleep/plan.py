"""What the figures of DeepSleep take beside the stages that papers share. Standard library only, as the plan."""

from sleep_robustness.plan import Plan, Run

MNIST = "mnist"


def stages(plan: Plan) -> list[Run]:
    """The networks whose filters and accuracies are followed, with their reading and what they come `after`: the control, slow
    sleep, fast sleep, or asleep, which is the spiking network of both."""
    return [
        {"reading": reading, "after": after, "dataset": MNIST, "defence": defence, "variant": variant, "seed": seed}
        for reading, own in plan.config["stages"].items()
        for after, (defence, variant) in {
            "control": ("control", plan.control),
            **{after: ("deepsleep", variant) for after, variant in own.items()},
        }.items()
        for seed in plan.seeds(MNIST)
    ]


def asleep(plan: Plan) -> list[Run]:
    """Those that are spiking networks."""
    return [run for run in stages(plan) if run["after"] == "asleep"]


def shown(plan: Plan) -> dict[str, int]:
    """How many images slow sleep shows in an epoch, by reading."""
    numbers = {}
    for run in asleep(plan):
        own = plan.fit_params(run["dataset"], run["defence"], run["variant"])
        numbers[run["reading"]] = own["slow"]["examples"] // own["batch"] * own["batch"]
    return numbers
