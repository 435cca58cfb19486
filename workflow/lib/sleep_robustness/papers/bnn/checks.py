"""What can be seen in a network that learnt tasks: what each task moved, its BatchNorm, its gradient, its weights."""

from itertools import pairwise

import numpy as np
import pandas as pd
import torch

from sleep_robustness.attacks import PIECE
from sleep_robustness.attacks.fgsm import gradient_sign, margin
from sleep_robustness.papers.bnn.learnt import Learnt
from sleep_robustness.papers.bnn.tasks import ClassTasks, Tasks


def network_checks(learnt: Learnt, tasks: Tasks | ClassTasks, x: np.ndarray, y: np.ndarray) -> pd.DataFrame:
    """What there is of each layer, numbered from 1, or of the network, layer 0; x [n, d]: test images of
    classes y [n].

    Columns: measure, layer, value. Measures: "unmoved" and "unmoved_norm", the share of hidden weights, of BatchNorm's γ and β,
    that a task after the first left as they were, in the task where it is largest; "stale", how far running means are from the
    actual ones when a task ends, in standard deviations of the unit, the mean over units, likewise; "first" and "last", the
    mean |W^h| after the first task and after the last; "zero_gradient", the share of images at which the margin's gradient is
    0 everywhere.
    """
    done, rows = learnt.done, []
    for layer in range(len(done[0]["weights"])):
        weights, norms = [own["weights"][layer] for own in done], [own["norms"] for own in done]
        same = [(one == other).double().mean() for one, other in pairwise(weights)]
        names = (f"{layer}.weight", f"{layer}.bias")
        affine = [torch.cat([own["running"][name] for name in names]) for own in norms]
        same_norm = [(one == other).double().mean() for one, other in pairwise(affine)]
        means, variances = f"{layer}.running_mean", f"{layer}.running_var"
        away = [
            ((own["running"][means] - own["estimated"][means]).abs() / own["estimated"][variances].sqrt()).mean()
            for own in norms
        ]
        found = {"unmoved": max(same), "unmoved_norm": max(same_norm), "stale": max(away)}
        found |= {"first": weights[0].abs().mean(), "last": weights[-1].abs().mean()}
        rows += [{"measure": measure, "layer": layer + 1, "value": float(value)} for measure, value in found.items()]
    last = len(done)
    network, images = learnt.network(last, last, "estimated"), torch.from_numpy(tasks.shown(x, y, last, PIECE)[0]).double()
    zero = gradient_sign(network, images, network.predict(images), margin)[1]["zero_gradient"]
    rows.append({"measure": "zero_gradient", "layer": 0, "value": zero.double().mean().item()})
    return pd.DataFrame(rows)
