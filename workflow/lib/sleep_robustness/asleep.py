"""Sleep of any network that is a chain of linear layers and ReLUs (Tadros et al. 2020, §4)."""

from collections.abc import Mapping
from copy import deepcopy

import torch
from jsonschema import Draft202012Validator
from torch import Tensor, nn

from sleep_robustness.defences.sleep import PARAMETERS, as_spiking, input_spikes
from sleep_robustness.errors import UserError
from sleep_robustness.networks.relu import from_weights
from sleep_robustness.randomness import numpy_stream
from sleep_robustness.spiking import sleep
from sleep_robustness.spiking.normalise import normalisation

BESIDE = (nn.Flatten, nn.ReLU, nn.Dropout, nn.Identity)  # what may stand between linear layers, and has no weights


def sleep_network(module: nn.Module, images: Tensor, params: Mapping, seed: int = 0) -> nn.Module:
    """A copy of a module that has slept over its training images, floats [n, …] in 0 to 1.

    module: an `nn.Sequential` of linear layers without biases, with a ReLU after each but the last, which may have one.
    params: as of a variant of `sleep` in `config/papers/tadros/paper.yaml`: rule, order, spike_factor, rate, steps, thresholds
    (one for each layer), current, increase, decrease, decay, presentations, updates. seed: of the input spikes.
    Raises UserError, one sentence, for another module, and for params that are missing or out of range.
    """
    layers = _linear_layers(module)
    _check_params(params, len(layers))
    x = torch.as_tensor(images).detach().cpu().float().flatten(1)
    if not len(x) or x.shape[1] != layers[0].in_features:
        raise UserError(f"sleep_network: images are {list(x.shape)}; the network takes {layers[0].in_features} values each.")
    if not (x.min() >= 0 and x.max() <= 1):
        raise UserError(f"sleep_network: images lie in {x.min():g} to {x.max():g}; they must lie in 0 to 1.")
    network = from_weights([layer.weight.detach().cpu() for layer in layers])
    before, parameters = as_spiking(network, params, normalisation(network, x))
    spikes = input_spikes(x.numpy(), params, before, parameters, numpy_stream("sleep spikes", seed))
    after = sleep(before, spikes, parameters, params["rule"]).weights
    slept = deepcopy(module)
    with torch.no_grad():
        for layer, weight in zip(_linear_layers(slept), after, strict=True):
            layer.weight.copy_(torch.from_numpy(weight))
    return slept


def _linear_layers(module: nn.Module) -> list[nn.Linear]:
    """The layers that sleep, in order."""
    if not isinstance(module, nn.Sequential):
        raise UserError(f"sleep_network: the network is a {type(module).__name__}; it must be an nn.Sequential.")
    layers, fired = [], True
    for part in module:
        if isinstance(part, nn.Linear):
            if part.bias is not None:
                raise UserError("sleep_network: a linear layer has a bias; sleep knows none: make it with bias=False.")
            if not fired:
                raise UserError("sleep_network: two linear layers follow each other; there must be a ReLU between them.")
            layers, fired = [*layers, part], False
        elif not isinstance(part, BESIDE):
            raise UserError(
                f"sleep_network: the network has a {type(part).__name__}; it may have linear layers and ReLUs alone."
            )
        fired = fired or isinstance(part, nn.ReLU)
    if not layers:
        raise UserError("sleep_network: the network has no linear layer.")
    return layers


def _check_params(params: Mapping, layers: int) -> None:
    """Raise UserError for params that `sleep` of the workflow would not take."""
    schema = {"type": "object", "properties": PARAMETERS, "required": list(PARAMETERS), "additionalProperties": False}
    for error in Draft202012Validator(schema).iter_errors(dict(params)):
        where = ".".join(map(str, error.absolute_path))
        said = (
            f"{where} is {error.instance!r}; it must be {error.schema.get('description', 'another')}"
            if where
            else error.message
        )
        raise UserError(f"sleep_network: params: {said}.")
    if len(params["thresholds"]) != layers:
        raise UserError(
            f"sleep_network: params: {len(params['thresholds'])} thresholds for {layers} layers; give one for each."
        )
