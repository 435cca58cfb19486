"""Binary networks and metaplastic Adam against autograd, closed forms, torch's Adam and the formula in NumPy."""

import numpy as np
import pytest
import torch

from sleep_robustness.attacks import fgsm
from sleep_robustness.networks.binary import TANH, BinaryNetwork
from sleep_robustness.training.metaplastic import FORMS, MetaplasticAdam, _by_operations, lipschitz_gradient, train

FORMULAS = {
    "squared": lambda m, w: 1 - np.tanh(m * np.abs(w)) ** 2,
    "absolute": lambda m, w: 1 - np.tanh(m * np.abs(w)),
    "printed": lambda m, w: 1 - np.tanh(m * w),
}


def network(sizes=(6, 9, 8, 3), real=False, seed=0):
    net = BinaryNetwork(sizes, real).double()
    net.initialise(0.05, torch.Generator().manual_seed(seed))
    return net.eval()


def signed(x, window):
    """The sign of x, with the gradient of x clipped to the window."""
    smooth = x.clamp(-window, window)
    return smooth + (x.sign() - smooth).detach()


@pytest.mark.parametrize("window", [0.3, 1.0, 3.0])
def test_the_gradient_is_that_of_the_clipped_identity_and_by_the_weights_of_the_identity(window):
    net, x = network().train(), torch.rand(20, 6, dtype=torch.float64, requires_grad=True)
    net.window = window
    loss = (net.logits(x) * torch.arange(3)).square().sum()
    ours = torch.autograd.grad(loss, [x, *net.layers])
    weights = [weight.detach().clone().requires_grad_() for weight in net.layers]
    again = x.detach().clone().requires_grad_()
    hidden = again
    for number, (weight, norm) in enumerate(zip(weights, net.norms, strict=True)):
        hidden = signed(hidden, window) if number else hidden
        hidden = norm(hidden @ (weight + (weight.sign() - weight).detach()).T)
    wanted = torch.autograd.grad((hidden * torch.arange(3)).square().sum(), [again, *weights])
    for one, other in zip(ours, wanted, strict=True):
        torch.testing.assert_close(one, other)
        assert one.abs().sum() > 0


def test_without_a_window_all_of_the_gradient_passes_and_with_tanhs_its_derivative():
    net, x = network((2, 1, 2)), torch.tensor([[0.4, 0.1]], dtype=torch.float64, requires_grad=True)
    gradients = {}
    for window in (torch.inf, TANH, 1.0):
        net.window = window
        (gradients[window],) = torch.autograd.grad(net.logits(x)[0, 0], x)
    before = net.norms[0](x @ net.layers[0].sign().T)
    torch.testing.assert_close(gradients[TANH], gradients[torch.inf] * (1 - before.tanh() ** 2).item())


def test_fgsm_on_one_layer_has_a_closed_form():
    """Logits γ·(sign(W)x − μ)/σ + β: the gradient of a difference of two is that of signs, weighed by γ/σ."""
    net = network((6, 3))
    with torch.no_grad():
        net.norms[0].weight.copy_(torch.tensor([1.0, 2.0, 0.5]))
    x, y = torch.full((1, 6), 0.5, dtype=torch.float64), torch.tensor([1])
    sign, _ = fgsm.gradient_sign(net, x, y, fgsm.margin)
    logits = net.logits(x)[0]
    rival = max((c for c in range(3) if c != 1), key=lambda c: logits[c].item())
    rows, scale = net.layers[0].sign(), net.norms[0].weight
    torch.testing.assert_close(sign[0], (scale[rival] * rows[rival] - scale[1] * rows[1]).sign().detach())


def test_the_forward_pass_sees_signs_and_the_twins_the_weights():
    x = torch.rand(5, 6, dtype=torch.float64)
    net, twin = network(), network(real=True)
    larger = network()
    with torch.no_grad():
        for own, other in zip(larger.layers, net.layers, strict=True):
            own.copy_(7 * other)
    torch.testing.assert_close(larger.logits(x), net.logits(x))
    (w1, w2, w3), scale = (weight.detach() for weight in twin.layers), (1 + 1e-5) ** -0.5
    hidden = torch.relu(torch.relu(x @ w1.T * scale) @ w2.T * scale)
    torch.testing.assert_close(twin.logits(x).detach(), hidden @ w3.T * scale)


def moved(m, form="squared", steps=40, rate=0.005, decay=1e-2, dtype=torch.float64):
    """A weight matrix after steps of the optimiser by gradients from a seed, and these."""
    rng = torch.Generator().manual_seed(5)
    weight = torch.nn.Parameter(torch.rand(7, 5, generator=rng, dtype=dtype) - 0.5)
    gradients = torch.randn(steps, 7, 5, generator=rng, dtype=dtype)
    begin, own = weight.detach().clone(), MetaplasticAdam([weight], [], rate, m, form, decay)
    for gradient in gradients:
        weight.grad = gradient.clone()
        own.step()
    return begin, gradients, weight.detach()


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_without_metaplasticity_it_is_torchs_adam(dtype):
    begin, gradients, found = moved(0.0, dtype=dtype)
    weight = torch.nn.Parameter(begin.clone())
    adam = torch.optim.Adam([weight], lr=0.005, weight_decay=1e-2)
    for gradient in gradients:
        weight.grad = gradient.clone()
        adam.step()
    torch.testing.assert_close(found, weight.detach(), atol=1e-7, rtol=1e-6)


@pytest.mark.parametrize("form", FORMS)
def test_with_it_it_is_the_formula(form):
    begin, gradients, found = moved(3.0, form)
    w, first, second = begin.numpy().copy(), np.zeros((7, 5)), np.zeros((7, 5))
    for step, gradient in enumerate(gradients.numpy(), start=1):
        g = gradient + 1e-2 * w
        first, second = 0.9 * first + 0.1 * g, 0.999 * second + 0.001 * g**2
        change = 0.005 * np.sqrt(1 - 0.999**step) / (1 - 0.9**step) * first / (np.sqrt(second) + 1e-8)
        w = w - np.where(np.sign(w) * first > 0, FORMULAS[form](3.0, w), 1) * change
    np.testing.assert_allclose(found.numpy(), w, rtol=1e-10, atol=1e-13)
    assert not np.allclose(found.numpy(), moved(0.0)[2].numpy(), atol=1e-4)


@pytest.mark.parametrize("form", FORMS)
def test_operations_of_torch_do_the_same(form):
    begin, gradients, found = moved(3.0, form)
    weight, first, second = begin.clone(), torch.zeros(7, 5, dtype=torch.float64), torch.zeros(7, 5, dtype=torch.float64)
    for step, gradient in enumerate(gradients, start=1):
        rate = 0.005 * (1 - 0.999**step) ** 0.5 / (1 - 0.9**step)
        _by_operations(weight, gradient, first, second, rate, {"decay": 1e-2, "m": 3.0, "form": form})
    torch.testing.assert_close(weight, found, rtol=1e-10, atol=1e-13)


@pytest.mark.parametrize("shape", [(4, 9), (9, 4)])
def test_the_lipschitz_terms_gradient_is_autograds(shape):
    weight = torch.randn(*shape, dtype=torch.float64, requires_grad=True)
    term = 3e-4 / 2 * (weight.T @ weight - torch.eye(shape[1])).square().sum()
    (wanted,) = torch.autograd.grad(term, weight)
    torch.testing.assert_close(lipschitz_gradient(weight.detach(), 3e-4), wanted)


@pytest.mark.parametrize("real", [False, True])
def test_it_learns_and_its_weights_grow_less_with_metaplasticity(real):
    rng = np.random.default_rng(0)
    y = np.arange(300) % 3
    x = torch.from_numpy(np.clip(0.2 * rng.standard_normal((300, 6)) + np.repeat(np.eye(3), 2, 1)[y], 0, 1).astype(np.float32))
    targets = torch.nn.functional.one_hot(torch.from_numpy(y)).double()
    options = {"epochs": 6, "batch": 20, "learning_rate": 0.005, "decay": 1e-7, "form": "squared", "lipschitz": 0.0}
    found = {}
    for m in (0.0, 20.0):
        net = BinaryNetwork((6, 30, 3), real)
        net.initialise(0.05, torch.Generator().manual_seed(1))
        train(net, x, targets, m=m, rng=torch.Generator().manual_seed(2), **options)
        assert (net.predict(x).numpy() == y).mean() > 0.9 and net.precision == torch.float32
        found[m] = net.layers[0].detach()
    turned = [(found[m].sign() != found[0.0].sign()).float().mean().item() for m in found]
    assert turned[0] == 0 < turned[1]
