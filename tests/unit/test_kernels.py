"""The same networks, and attacks that find the same, under every kernel of the numerical libraries, as on every processor.

The libraries read their switches as they start: so this file, run as a program, trains the networks in a process of its own.
"""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from conftest import CONFIG, ROOT

from sleep_robustness.attacks import attack
from sleep_robustness.data.idx import load
from sleep_robustness.defences import defence
from sleep_robustness.randomness import torch_stream

IMAGES = 2000  # of training, and FEW of those that networks are tuned on by an attack
FEW = 30
PLAIN = {
    "ATEN_CPU_CAPABILITY": "default",
    "MKL_CBWR": "COMPATIBLE",
    "ONEDNN_MAX_CPU_ISA": "SSE41",
    "OPENBLAS_CORETYPE": "Nehalem",
    "NPY_DISABLE_CPU_FEATURES": "AVX512F AVX2 FMA3",
    "NUMBA_CPU_NAME": "nehalem",
}


@pytest.mark.slow
def test_every_defence_and_attack_gives_the_same_under_other_kernels_and_threads(mnist_raw, tmp_path):
    runs, path = [], os.pathsep.join(str(ROOT / folder) for folder in ("workflow/lib", "tests"))
    for switches, threads in (({}, 1), (PLAIN, 2)):
        file = tmp_path / f"{threads}.npz"
        command = [sys.executable, __file__, str(mnist_raw), str(file), str(threads)]
        subprocess.run(command, env=os.environ | switches | {"PYTHONPATH": path}, check=True)
        with np.load(file) as arrays:
            runs.append(dict(arrays))
    one, other = runs
    if np.array_equal(one.pop("product"), other.pop("product")):
        pytest.skip("THIS MACHINE'S KERNELS CANNOT BE SWITCHED: a product of float32 matrices is the same under both settings")
    assert set(one) == set(other)
    assert {"sleep/printed/0", "sleep/released/0", "sleep/found/0", "finetune/boundary/0", "adversarial/same/0"} <= set(one)
    attacks = {name for name in one if name.startswith("attack/")}
    assert {"attack/fgsm/loss", "attack/boundary/printed", "attack/boundary/released", "attack/boundary/foolbox"} <= attacks
    for name in attacks:
        assert np.isfinite(one[name]).any()
        np.testing.assert_allclose(one.pop(name), other.pop(name), rtol=1e-4, err_msg=name)  # distances are of float32 inputs
    assert {name: int((one[name] != other[name]).sum()) for name in one} == dict.fromkeys(one, 0)


def networks(data, config):
    """(defence/variant, network) of every defence of the config, for seed 1."""
    training, made = config["datasets"]["mnist"]["training"], {}

    def own(name, variant):
        params = config["defences"][name][variant]
        return {key: value for key, value in params.items() if key not in config["datasets"]} | params.get("mnist", {})

    for name, variants in config["defences"].items():
        for variant in variants:
            params = own(name, variant)
            if params.get("attack"):
                by = config["attacks"][params["tuned_on"]][params["attack"]]
                params |= {"attack": by | {"steps": min(by["steps"], 100)}, "examples": FEW}
            elif "examples" in params:
                params["examples"] = IMAGES // 10
            if "sleep" in params:
                params["sleep"] = own("sleep", params["sleep"])
            of = {"of": made[f"{name}/{params['of']}"]} if params.get("of") else {}
            made[f"{name}/{variant}"] = network = defence(name).fit(
                data, training | params, made.get("control/released"), 1, **of
            )
            yield f"{name}/{variant}", network


def strengths(network, data, config):
    """Of every attack of the config the strengths that it finds on FEW test images."""
    x, y = torch.from_numpy(data.test_x[:FEW]), torch.from_numpy(data.test_y[:FEW])
    for name, variants in config["attacks"].items():
        for variant, own in variants.items():
            params = own | {"steps": min(own.get("steps", 1), 500)}
            yield f"attack/{name}/{variant}", attack(name).run(network, x, y, params, torch_stream("kernels")).strength


def main(folder, out, threads):
    torch.set_num_threads(int(threads))
    data = load(Path(folder), IMAGES)
    made = dict(networks(data, CONFIG))
    arrays = dict(strengths(made["control/released"], data, CONFIG))
    for name, network in made.items():
        arrays |= {f"{name}/{layer}": weight.detach().numpy() for layer, weight in enumerate(network.weights)}
    with torch.no_grad():
        arrays["product"] = made["control/released"].logits(torch.from_numpy(data.test_x[:100])).numpy()
    np.savez(out, **arrays)


if __name__ == "__main__":
    main(*sys.argv[1:])
