"""What every data set, network, defence and attack file must keep, whoever wrote it; new files are found by themselves."""

import contextlib
import copy
from importlib import import_module
from inspect import signature
from pathlib import Path
from typing import ClassVar

import numpy as np
import pytest
import torch
from conftest import CONFIG, ROOT, SMOKE_WHOLE, WHOLE

from sleep_robustness.attacks import attack, fgsm
from sleep_robustness.configuration import parameters, plugins
from sleep_robustness.data import Dataset, patches
from sleep_robustness.defences.control import one_hot_labels
from sleep_robustness.distortions import distortion
from sleep_robustness.errors import UserError
from sleep_robustness.networks import copy_of, in_float64, load, network_class, save
from sleep_robustness.networks.cnn import SmallCnn
from sleep_robustness.readings import for_dataset
from sleep_robustness.training import optimised

LIBRARY = ROOT / "workflow" / "lib" / "sleep_robustness"
TRAINING = CONFIG["datasets"]["patches"]["training"]


def variants(part, name):
    """The variants of a plug-in in the first paper that has it, as Patches uses them; defences as small as in the smoke run."""
    papers = (
        [SMOKE_WHOLE["papers"]["tadros"], *SMOKE_WHOLE["papers"].values()]
        if part == "defences"
        else [CONFIG, *WHOLE["papers"].values()]
    )
    entries = next((own[part][name] for own in papers if name in own[part]), None)
    assert entries, f"{part}/{name}.py has no entry in a paper's config"
    own = {variant: for_dataset(entry, "patches", CONFIG["datasets"]) for variant, entry in entries.items()}
    for entry in own.values():
        if "sleep" in entry:
            entry["sleep"] = dict(variants("defences", "sleep"))[entry["sleep"]]
        if entry.get("attack"):  # a variant's name, for which the workflow puts its parameters
            entry["attack"] = dict(variants("attacks", entry["tuned_on"]))[entry["attack"]]
    return own.items()


@pytest.fixture(scope="module")
def dataset():
    return patches.load()


@pytest.fixture(scope="module")
def control(dataset):
    return import_module("sleep_robustness.defences.control").fit(dataset, TRAINING, seed=1)


class AskedOf(SmallCnn):
    """A network with BatchNorm that notes what is asked of it beside its logits."""

    asked: ClassVar = set()

    def jacobian(self, *given):
        self.asked.add("jacobian")
        return super().jacobian(*given)

    def steepness(self):
        self.asked.add("steepness")
        return super().steepness()

    def dropout_masks(self, *given):
        self.asked.add("dropout_masks")
        return super().dropout_masks(*given)


@pytest.fixture(scope="module")
def cnn(dataset):
    """One whose training has gathered other statistics than it began with."""
    torch.manual_seed(0)
    network = AskedOf(dataset.shape, dataset.classes, bounds=dataset.bounds)
    x, rng = torch.from_numpy(dataset.train_x), torch.Generator().manual_seed(0)
    options = {"epochs": 40, "batch": 2, "optimiser": "adam", "options": {"lr": 0.01}}
    optimised.train(network, x, one_hot_labels(dataset, "cpu"), **options, rng=rng)
    assert (network.predict(x) == torch.from_numpy(dataset.train_y)).all() and not network.training
    assert network.layers[1].running_mean.abs().sum() > 0
    return network


@pytest.mark.parametrize("part", ["datasets", "defences", "attacks", "distortions"])
def test_parameters_are_json_schemas_with_a_description(part):
    for file in plugins(part).values():
        for key, schema in parameters(file).items():
            assert schema.get("description"), f"{file}: {key} lacks a description"


def test_fgsm_takes_just_the_objectives_it_has():
    assert fgsm.PARAMETERS["objective"]["enum"] == list(fgsm.OBJECTIVES)


@pytest.mark.parametrize("name", plugins("datasets"))
def test_data_set(name):
    assert name in {entry["kind"] for entry in WHOLE["datasets"].values()}
    assert callable(import_module(f"sleep_robustness.data.{name}").load)


def squares():
    """Images of 28 × 28 pixels in four classes, by the quarter that is bright."""
    rng, y = np.random.default_rng(0), np.arange(64) % 4
    x = 0.3 * rng.random((64, 28, 28), np.float32)
    for image, label in zip(x, y, strict=True):
        image[14 * (label // 2) : 14 * (label // 2) + 14, 14 * (label % 2) : 14 * (label % 2) + 14] += 0.6
    return Dataset(x.reshape(64, 784), y, x.reshape(64, 784), y, (0.0, 1.0), (28, 28))


@pytest.mark.parametrize("name", plugins("defences"))
def test_defence(name, dataset, control):
    module, training = import_module(f"sleep_robustness.defences.{name}"), TRAINING
    assert list(signature(module.fit).parameters) == [
        "dataset",
        "params",
        "base",
        "seed",
        "device",
        *(["of"] if "of" in module.PARAMETERS else []),
    ]
    if getattr(module, "KIND", "relu") != "relu":
        dataset, training = squares(), {"network": module.KIND, "epochs": 2, "batch": 16, "learning_rate": 0.1, "momentum": 0}
        control = import_module("sleep_robustness.defences.control").fit(dataset, training, seed=1)
    before = copy.deepcopy(control.state_dict())
    for _, variant in variants("defences", name):
        network, again = (module.fit(dataset, training | variant, base=control, seed=1, device="cpu") for _ in range(2))
        assert isinstance(network, type(control)) and network.precision == torch.float32
        assert network.kind == "relu" or not network.training  # BatchNorm tells the two apart
        assert network.bounds == dataset.bounds and len(network.history)
        assert all(torch.equal(value, again.state_dict()[key]) for key, value in network.state_dict().items())
    assert all(torch.equal(value, control.state_dict()[key]) for key, value in before.items()), "the base network was changed"


@pytest.mark.parametrize("kind", ["control", "cnn"])
@pytest.mark.parametrize("name", plugins("attacks"))
def test_attack(name, kind, dataset, request):
    network, run = request.getfixturevalue(kind), import_module(f"sleep_robustness.attacks.{name}").run
    assert list(signature(run).parameters) == ["network", "x", "y", "params", "rng"]
    x, y = torch.from_numpy(dataset.test_x), torch.from_numpy(dataset.test_y).clone()
    y[0] = (y[0] + 1) % 4  # one that the network gets wrong
    before, inputs = copy.deepcopy(network.state_dict()), x.clone()
    right = (network.predict(x) == y).numpy()
    assert 0 < right.sum() < len(x)
    for variant, params in variants("attacks", name):
        if kind == "cnn" and (params.get("dropout") or "dropout" in params.get("deviations", [])):
            with pytest.raises(UserError, match="cnn: networks of this kind have no masks of dropout; leave out what asks for"):
                run(network, x, y, params, torch.Generator())
            continue
        results = [run(network, x, y, params, torch.Generator().manual_seed(0)) for _ in range(2)]
        for field in ("strength", "distance", "success"):
            first, again = (getattr(result, field) for result in results)
            assert first.shape == (len(x),), f"{variant}: {field}"
            np.testing.assert_array_equal(first, again, err_msg=f"{variant}: {field} differs under the same generator")
        result = results[0]
        assert (result.strength[~right] == 0).all() and (result.strength[right] > 0).all()
        assert (result.success == (right & np.isfinite(result.strength))).all()
        if result.adversarial is not None:
            found, low, high = result.adversarial[result.success], *network.bounds
            away = (found.double() - x[result.success].double()).square().mean(1).numpy()
            np.testing.assert_allclose(away, result.distance[result.success], rtol=1e-6)
            outside = ~((found >= low) & (found <= high)).all(1).numpy()
            allowed = result.details.get("outside", np.zeros(len(x), bool))  # some released forms keep no bounds, and say so
            np.testing.assert_array_equal(outside, allowed[result.success])
            assert (network.predict(found) != y[result.success]).all()
    assert torch.equal(x, inputs) and all(torch.equal(before[key], value) for key, value in network.state_dict().items())


@pytest.mark.parametrize("name", plugins("attacks"))
def test_an_attack_asks_of_a_network_what_it_says_it_needs(name, dataset, cnn):
    x, y = torch.from_numpy(dataset.test_x), torch.from_numpy(dataset.test_y)
    module, AskedOf.asked = import_module(f"sleep_robustness.attacks.{name}"), set()
    for _, params in variants("attacks", name):
        with contextlib.suppress(UserError):  # it has no masks of dropout
            module.run(cnn, x, y, params, torch.Generator().manual_seed(0))
        if "deviations" in params:
            module.run(cnn, x, y, params | {"deviations": []}, torch.Generator().manual_seed(0))
    assert AskedOf.asked == set(module.NEEDS)


def test_every_kind_of_network_is_saved_with_its_buffers_and_copied(cnn, control, tmp_path):
    x = torch.rand(5, 100)
    for network in (cnn, control):
        network_kind = network_class(network.kind)
        plain = network_kind(**network.form)
        plain.load_state_dict(network.state_dict())
        save({"a": plain}, tmp_path / "model.pt")
        back = load([tmp_path / "model.pt"])["a"]
        assert type(back) is network_kind and not back.training and back.form == network.form
        assert torch.equal(back.logits(x), network.logits(x)) and torch.equal(copy_of(network).logits(x), network.logits(x))
        assert in_float64(network).precision == torch.float64 and network.precision == torch.float32
        logits, slopes = in_float64(network).jacobian(x.double())
        assert slopes.shape == (5, 4, 100)
        torch.testing.assert_close(logits, in_float64(network).logits(x.double()))


@pytest.mark.parametrize("name", plugins("attacks"))
@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda x, y: (x[:0], y[:0]), "there is no example to attack"),
        (lambda x, y: (x[:, :7], y), r"inputs have shape \[4, 7\]; they must have 100 values for each of 4 labels"),
        (lambda x, y: (x, y[:3]), r"inputs have shape \[4, 100\]; .* for each of 3 labels"),
        (lambda x, y: (x * torch.nan, y), "an input is not finite"),
        (lambda x, y: (x * 3, y), "inputs lie in 0 to 3, outside the network's bounds 0 to 1"),
        (lambda x, y: (x, y + 1), "labels lie in 1 to 4; they must lie in 0 to 3"),
        (lambda x, y: (x, y - 1), "labels lie in -1 to 2; they must lie in 0 to 3"),
        (lambda x, y: (x.double(), y), "inputs are torch.float64, but the network's weights torch.float32; make them alike"),
        (lambda x, y: (x.requires_grad_(), y), "inputs require a gradient of their own; give x.detach"),
        (lambda x, y: (x.long(), y), "inputs are torch.int64 and labels torch.int64; they must be floating-point"),
        (lambda x, y: (x, torch.eye(4, dtype=torch.int64)[y]), r"labels have shape \[4, 4\]; they must be one class for each"),
        (lambda x, y: (x, y.float()), "labels torch.float32; they must be floating-point and torch.int64"),
    ],
)
def test_attack_says_what_it_cannot_attack(name, change, sentence, dataset, control):
    x, y = change(torch.from_numpy(dataset.test_x), torch.from_numpy(dataset.test_y))
    for _, params in variants("attacks", name):
        with pytest.raises(UserError, match=sentence):
            import_module(f"sleep_robustness.attacks.{name}").run(control, x, y, params, torch.Generator())


@pytest.mark.parametrize("name", plugins("attacks"))
def test_a_network_that_gives_no_numbers_is_not_attacked(name, dataset, control):
    """Its training diverged, say; it would be right for class 0, and nothing would fool it."""
    network = copy_of(control)
    next(network.parameters()).data[0] = torch.nan
    x, y = torch.from_numpy(dataset.test_x), torch.from_numpy(dataset.test_y)
    for _, params in variants("attacks", name):
        with pytest.raises(
            UserError, match="the network gives logits that are not finite; train it anew, with a lower learning"
        ):
            import_module(f"sleep_robustness.attacks.{name}").run(network, x, y, params, torch.Generator())


@pytest.mark.parametrize("name", plugins("distortions"))
def test_distortion(name, dataset):
    apply = distortion(name).apply
    assert list(signature(apply).parameters) == ["x", "strength", "rng", "params"]
    images = dataset.test_x.reshape(-1, *dataset.shape)
    before = images.copy()
    for _, params in variants("distortions", name):
        for strength in params["strengths"]:
            first, again = (apply(images, strength, np.random.default_rng(0), params) for _ in range(2))
            assert first.shape == images.shape
            np.testing.assert_array_equal(first, again)
            assert np.array_equal(first, images) == (strength == 0)
    np.testing.assert_array_equal(images, before)


def test_arrows_point_one_way():
    """No module imports from a layer above its own."""
    layers = ["errors files arrays randomness progress imports names inheritance keys readings configuration plan batches"]
    layers += ["data networks vision embeddings corruptions"]
    layers += ["training distortions spiking", "attacks", "defences", "metrics statistics", "diagnostics evaluation asleep"]
    layers += ["tables claims", "plots page", "papers"]
    rank = {name: number for number, names in enumerate(layers) for name in names.split()}
    for file in LIBRARY.rglob("*.py"):
        own = rank.get(Path(file).relative_to(LIBRARY).parts[0].removesuffix(".py"))
        for line in file.read_text().splitlines():
            if own is not None and line.startswith("from sleep_robustness."):
                other = line.split()[1].split(".")[1]
                assert rank[other] <= own, f"{file.name}: {line}"


@pytest.mark.parametrize("name", ["deepfool", "boundary"])
def test_foolboxs_form_has_no_deviations(name, dataset, control):
    deviation = attack(name).PARAMETERS["deviations"]["items"]["enum"][0]
    params = dict(variants("attacks", name))["released"] | {"form": "foolbox", "deviations": [deviation]}
    with pytest.raises(UserError, match=f"form is foolbox, which has no deviations such as {deviation}"):
        attack(name).run(control, torch.from_numpy(dataset.test_x), torch.from_numpy(dataset.test_y), params, torch.Generator())
