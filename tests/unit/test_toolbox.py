"""DeepFool and JSMA against the Adversarial Robustness Toolbox's, on the full-size control network; slow."""

import numpy as np
import pytest
import torch

from sleep_robustness.attacks import deepfool, jsma
from sleep_robustness.defences import control

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def attacked(mnist):
    """The paper's control network, 200 test images that it gets right, and their labels."""
    params = {"sizes": [784, 1200, 1200, 10], "dropout": 0.2, "weight_spread": 0.01, "epochs": 2, "batch": 100}
    network = control.fit(mnist, params | {"learning_rate": 0.1, "momentum": 0.5}, seed=1)
    x, y = torch.from_numpy(mnist.test_x[:300]), torch.from_numpy(mnist.test_y[:300])
    rows = torch.nonzero(network.predict(x) == y)[:200, 0]
    return network, x[rows], y[rows]


@pytest.fixture(scope="module")
def toolbox():
    try:
        import toolbox
    except ImportError as error:
        pytest.skip(
            f"THE ADVERSARIAL ROBUSTNESS TOOLBOX IS NOT HERE, pip install adversarial-robustness-toolbox==1.20.1: {error}"
        )
    return toolbox


def success(network, y, attacked):
    return (network.predict(attacked) != y).double().mean().item()


@pytest.mark.parametrize("form", ["foolbox", "released"])
def test_deepfool_fools_as_many_as_near(attacked, toolbox, form):
    network, x, y = attacked
    params = {"form": form, "steps": 100, "overshoot": 0.02, "deviations": []}
    ours = deepfool.run(network, x, y, params, torch.Generator())
    theirs = toolbox.deepfool(network, x, steps=100, overshoot=0.02, batch=100)
    assert success(network, y, theirs) == pytest.approx(ours.success.mean(), abs=0.03)
    assert (theirs - x).square().mean(1).median().item() == pytest.approx(np.median(ours.distance), rel=0.05)


def test_jsma_fools_as_many(attacked, toolbox):
    network, x, y = attacked
    params = {"share": 0.1, "steps": 500, "changes": 7, "dropout": False}
    ours = jsma.run(network, x, y, params, torch.Generator())
    theirs = toolbox.saliency(network, x, share=0.1, batch=100)
    assert success(network, y, theirs) == pytest.approx(ours.success.mean(), abs=0.03)
