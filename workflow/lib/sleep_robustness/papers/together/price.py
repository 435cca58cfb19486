"""What a row's network took to train, in passes of one image through it: a forward pass is one, a backward pass two.

Standard library alone. A step of sleep counts as a whole pass, which it is at most: most neurons do not spike in it.
"""

from collections.abc import Mapping

from sleep_robustness.papers.bnn import plan as bnn
from sleep_robustness.papers.together.plan import learns_tasks, member_of, network_run, seeds
from sleep_robustness.plan import Plan

LEARN = 3  # forward and backward
PGD_STEPS = 10  # of DeepSleep's adversarial training
BPTT_STEPS = 8  # of fast sleep


def training_passes(plan: Plan, images: int) -> dict[str, float]:
    """Those of each row's network and of all that it is made of; images: of the training data. Of a network that learns tasks
    they are of the first of them."""
    return {name: _of_row(plan, row, seeds(plan)[0], images) for name, row in plan.config["rows"].items()}


def _of_row(plan: Plan, row: Mapping, seed: int, images: int) -> float:
    other = plan.others[row["network"].split("/")[0]]
    if learns_tasks(row):
        run = member_of(other, row, seed)
        own = bnn.parameters(other.config, run["grid"], run["member"])
        return LEARN * own["epochs"] * min(own["examples"], images)
    own, run = other.maker(network_run(row, seed))
    total = 0.0
    while True:
        params = own.fit_params(run["dataset"], run["defence"], run["variant"])
        total += _passes(run["defence"], params, images)
        if run["defence"] in ("control", "adversarial") or _afresh(run["defence"], params):
            return total
        run = own.base_run(run)


def _afresh(defence: str, params: Mapping) -> bool:
    """Whether a network begins with weights of its own, not with those of another."""
    return ((defence == "distillation" and params["temperature"] is not None) or defence == "distilled") and not params["of"]


def _passes(defence: str, params: Mapping, images: int) -> float:
    """Those of one fit, without what it is made of."""
    if defence in ("sleep", "ablated"):
        return images + params.get("sleep", params)["steps"]
    some = min(params["examples"], images) if isinstance(params.get("examples"), int) else images
    epochs = params["epochs"]
    if defence == "control":
        return LEARN * epochs * images
    if defence == "adversarial":
        return (LEARN + LEARN) * epochs * images  # the attack is FGSM
    if defence == "adversarial_train":
        attack = LEARN * (PGD_STEPS if params["by"] == "pgd" else 1)
        return epochs * some * (LEARN + params["share"] * attack)
    if defence == "distillation":
        return 0 if params["of"] else images + LEARN * epochs * images * (1 if params["temperature"] is None else 2)
    if defence == "distilled":
        teacher = LEARN * params["teacher_epochs"] * some if params["teacher"] == "trained" else 0
        return 0 if params["of"] else teacher + some + LEARN * epochs * some
    if defence == "finetune":
        return (LEARN * some if params["tuned_on"] == "fgsm" else 0) + LEARN * epochs * images
    return params["cycles"] * (_slow(params["slow"]) + _fast(params["fast"]))


def _slow(params: Mapping | None) -> float:
    """Of slow-wave sleep: in each epoch of a level each of its layers learns from images that are shown for so many steps."""
    if not params:
        return 0
    layers = 2 if params["conv2"] == "frozen" else 3
    return sum(params["steps"]) * params["length"] * params["examples"] * layers


def _fast(params: Mapping | None) -> float:
    """Of fast-wave sleep: back-propagation through time, on images of which a share has FGSM's noise."""
    if not params:
        return 0
    steps = BPTT_STEPS if params["neurons"] == "spiking" else 1
    return params["epochs"] * params["examples"] * (LEARN * steps + LEARN * params["share"])
