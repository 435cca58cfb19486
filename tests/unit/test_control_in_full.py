"""DeepSleep's undefended network, trained for as long as the paper's: has it the printed accuracies, by their true names?"""

import numpy as np
import pytest
import torch
from conftest import WHOLE

from sleep_robustness.attacks import attack
from sleep_robustness.defences import control

PAPER = WHOLE["papers"]["deepsleep"]
SCALES = [0.25098, 0.50196]  # 64/255 and 128/255
# attack and variant, what differs from the variant, and the printed accuracies at these, from the column of that name
PRINTED = {
    "PGD": ("fgsm", "kept", {"strengths": SCALES, "keep": False}, [0.0789, 0.0543]),
    "FGSM": ("pgd_loss", "kept", {"strengths": SCALES, "keep": False}, [0.3428, 0.0478]),
    "BIM": ("bim", "kept", {"strengths": SCALES, "keep": False}, [0.7415, 0.7415]),
    "CW": ("cw", "kept", {}, [0.5989]),
}


@pytest.mark.slow
def test_it_has_the_printed_accuracies_where_the_names_of_fgsm_and_pgd_are_exchanged(mnist):
    """Three networks of ten epochs, all 10 000 test images."""
    training = PAPER["datasets"]["mnist"]["training"] | {"epochs": 10}
    networks = [control.fit(mnist, training, seed=seed).requires_grad_(False) for seed in (1, 2, 3)]
    x, y = torch.from_numpy(mnist.test_x), torch.from_numpy(mnist.test_y)
    clean = [(network.predict(x) == y).float().mean().item() for network in networks]
    print("clean", np.round(clean, 4))
    assert np.mean(clean) == pytest.approx(0.990, abs=0.004)
    for column, (name, variant, changed, printed) in PRINTED.items():
        params = PAPER["attacks"][name][variant] | changed
        found = [attack(name).run(network, x, y, params, torch.Generator().manual_seed(0)) for network in networks]
        left = np.mean([result.details["right"][:, -len(printed) :].mean(0) for result in found], axis=0)
        print(column, name, left.round(4), "printed", printed)
        np.testing.assert_allclose(left, printed, atol=0.08)
    by_margin = {"strengths": SCALES[:1], "steps": 40, "targets": 0, "restarts": 1}
    left = [
        attack("pgd").run(network, x, y, by_margin, torch.Generator()).details["right"][:, -1].mean() for network in networks
    ]
    print("PGD-40 by the margin", np.round(left, 4))
    assert np.mean(left) < 0.01
