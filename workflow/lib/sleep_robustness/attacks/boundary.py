"""Boundary Attack (Brendel et al. 2017; paper §2, §8.3): from misclassified noise towards the image, along the boundary, by
nothing but the network's decisions."""

from dataclasses import replace

import numpy as np
import torch
from foolbox import Misclassification
from foolbox.attacks import BoundaryAttack
from torch import Tensor

from sleep_robustness.attacks import AttackResult, check_foolboxs_own, check_input, in_batches, judged
from sleep_robustness.attacks.wrapped import seeded, wrapped
from sleep_robustness.networks import Network, copy_of, in_float64

NEEDS = ("steepness",)
PARAMETERS = {
    "form": {"enum": ["foolbox", "released"], "description": "foolbox or released"},
    "steps": {"type": "integer", "minimum": 1, "description": "a whole number from 1"},
    "directions": {"type": "integer", "minimum": 1, "description": "a whole number from 1; foolbox's form tries 1"},
    "step": {"type": "number", "exclusiveMinimum": 0, "maximum": 1, "description": "a number above 0, 1 at most"},
    "adaptation": {"type": "number", "exclusiveMinimum": 1, "description": "a number above 1"},
    "deviations": {
        "type": "array",
        "items": {
            "enum": ["positive", "off_centre", "from_noise", "inverted", "records", "own_range"],
            "description": "a deviation's name",
        },
        "uniqueItems": True,
        "description": "a list of deviations among positive, off_centre, from_noise, inverted, records and own_range",
    },
}
BATCH = 100  # examples attacked at a time
DRAWS = 1000  # of noise for an example, until one is misclassified
HALVINGS = 10  # of the way from the noise to the image
CHECKED = 10  # every so many steps the step sizes are adapted
CONVERGED = 1e-7  # the step towards the image at which an example is left alone
GROUP = 4
ROUNDING = 1e-4  # share of the logits within which their order may be chance


def run(network: Network, x: Tensor, y: Tensor, params: dict, rng: torch.Generator) -> AttackResult:
    """Attack every example. Strength is the distance. An example for which no noise is misclassified is not fooled.

    params: form, foolbox's own attack or that of the released code; steps at most; directions tried in each (foolbox: one);
    step, what both step sizes begin with, as shares of the distance; adaptation, the factor by which they grow and shrink.
    `deviations` are what the released code has otherwise; without any its form is the published attack, which goes on from
    the first candidate that is adversarial and nearer, and lengthens or shortens its steps by what became of all of one step
    in ten (foolbox: of the last hundred and thirty directions tried in such steps):
    positive    directions are drawn from U[0, 1), not from a Gaussian;
    off_centre  candidates lie around the difference x − x', not around x;
    from_noise  the noise is not first moved to the boundary;
    inverted    steps shrink where they succeed and grow where they fail, at the rates .5 and .2 for both of them (published:
                .25 and .1 for the step towards the image);
    records     the attack goes on from the nearest candidate, and one succeeds only if it is nearer than those of its step
                before it, be it by rounding; the share is of all directions, not of those adversarial on the sphere. Sums
                are then taken in order, so that the roundings, and with them the attack, are the same on every processor;
    own_range   noise and candidates keep to the range of their image, not to the network's bounds.

    All is computed in float64, the judgement too: the attack goes along the boundary, where a rounding of float32 decides,
    and does on one processor what it does not on another.
    """
    check_input(network, x, y)
    check_foolboxs_own(params)
    precision, network, x = x.dtype, in_float64(network), x.double()
    walk = _foolbox if params["form"] == "foolbox" else _released

    def go(x, y):
        low, high = _domain(network, x, params)
        start = x.clone()
        found = network.predict(x) != y
        for _ in range(DRAWS):
            rows = torch.nonzero(~found)[:, 0]
            if not len(rows):
                break
            noise = torch.rand(len(rows), x.shape[1], generator=rng, dtype=x.dtype).to(x.device)
            noise = low[rows] + (high - low)[rows] * noise
            fooled = network.predict(noise) != y[rows]
            start[rows[fooled]], found[rows[fooled]] = noise[fooled], True
        if params["form"] == "foolbox":
            _from_others(network, x, y, start, found)
        rows = found & (network.predict(x) == y)
        if rows.any():
            images, labels, begin = x[rows], y[rows], start[rows]
            if "from_noise" not in params["deviations"]:
                begin = _to_the_boundary(network, images, labels, begin)
            start[rows] = walk(network, images, labels, begin, params, rng)
        return start, found

    result = judged(network, x, y, *in_batches(go, x, y, BATCH, "Boundary Attack"))
    return replace(result, adversarial=result.adversarial.to(precision))


def _from_others(network: Network, x: Tensor, y: Tensor, start: Tensor, found: Tensor) -> None:
    """Where no noise was misclassified, put the nearest other image that the network takes for another class into `start`, and
    True into `found`; where there is none, nothing."""
    given = network.predict(x)
    for row in torch.nonzero(~found)[:, 0]:
        others = x[given != y[row]]
        if len(others):
            start[row], found[row] = others[(others - x[row]).norm(dim=1).argmin()], True


def _domain(network: Network, x: Tensor, params: dict) -> tuple[Tensor, Tensor]:
    """Smallest and largest value that an input may take, [n, 1] each."""
    if "own_range" in params["deviations"]:
        return x.amin(1, keepdim=True), x.amax(1, keepdim=True)
    low, high = network.bounds
    return torch.full_like(x[:, :1], low), torch.full_like(x[:, :1], high)


def _to_the_boundary(network: Network, x: Tensor, y: Tensor, attacked: Tensor) -> Tensor:
    """The last misclassified of HALVINGS points between x and attacked, both [n, d]; attacked where that one, looked at again,
    is right by a rounding, since foolbox stops for all when one start is."""
    near, far = torch.zeros_like(x[:, :1]), torch.ones_like(x[:, :1])
    for _ in range(HALVINGS):
        middle = (near + far) / 2
        fooled = (network.predict(x + middle * (attacked - x)) != y)[:, None]
        near, far = torch.where(fooled, near, middle), torch.where(fooled, middle, far)
    moved = x + far * (attacked - x)
    return torch.where((network.predict(moved) != y)[:, None], moved, attacked)


def _foolbox(network: Network, x: Tensor, y: Tensor, start: Tensor, params: dict, rng: torch.Generator) -> Tensor:
    """foolbox's attack from these starting points; it draws from torch's global generator, which is left as it was."""
    step = params["step"]
    attack = BoundaryAttack(steps=params["steps"], spherical_step=step, source_step=step, step_adaptation=params["adaptation"])
    with seeded(rng):
        return attack.run(wrapped(network), x, Misclassification(y), starting_points=start)


@torch.no_grad()
def _released(network: Network, x: Tensor, y: Tensor, start: Tensor, params: dict, rng: torch.Generator) -> Tensor:
    """Attacked x [n, d], from misclassified `start` [n, d]."""
    positive, off_centre, inverted, records = (
        name in params["deviations"] for name in ("positive", "off_centre", "inverted", "records")
    )
    tries, factor, (low, high) = params["directions"], params["adaptation"], _domain(network, x, params)
    judge = _Judge(network)
    draw, norm = torch.rand if positive else torch.randn, _norm_in_order if records else _norm
    attacked = start.clone()
    sideways, forward = (torch.full((len(x),), params["step"], dtype=x.dtype, device=x.device) for _ in range(2))
    rows = torch.arange(len(x), device=x.device)
    for step in range(params["steps"]):
        rows = rows[forward[rows] >= CONVERGED]
        if not len(rows):
            break
        image, to_image = x[rows, None], (x - attacked)[rows, None]  # [n, 1, d], as all that follows is [n, tries, …]
        bounds, length = (low[rows, None], high[rows, None]), norm(to_image)
        ahead = to_image / length
        aside = draw(len(rows), tries, x.shape[1], generator=rng, dtype=x.dtype).to(x.device)
        if records:
            aside -= _in_order(aside * ahead) * ahead
        else:
            aside = torch.baddbmm(aside, aside @ ahead.mT, ahead, alpha=-1)
        aside *= sideways[rows, None, None] * length / norm(aside)
        centre = to_image if off_centre else image
        shrink = 1 / _root(sideways[rows, None, None].square() + 1)  # onto the sphere around the image
        projected = torch.clamp_(aside.mul_(shrink).add_(centre - shrink * to_image), *bounds)
        left = image - projected
        reach = norm(left)
        advance = (forward[rows, None, None] * length + reach - length).clamp(min=0)
        candidates = torch.clamp_(left.mul_(advance / reach).add_(projected), *bounds)
        distance = norm(candidates - image)[..., 0]
        as_drawn = torch.arange(tries, dtype=x.dtype, device=x.device).expand_as(distance)
        tried, checked = distance < length[:, 0], step % CHECKED == 0
        if checked:
            on_sphere = judge.misclassified(projected, y[rows], as_drawn, torch.ones_like(tried))
            tried &= on_sphere
        place = distance if records else as_drawn
        adversarial = judge.misclassified(candidates, y[rows], place, tried, every=checked)
        first, best = torch.where(adversarial, place, torch.inf).min(1)
        better = first.isfinite()
        attacked[rows[better]] = candidates[better, best[better]]
        if checked:
            succeeded = _records(torch.where(adversarial, distance, torch.inf)) / tries
            if not records:
                succeeded = adversarial.sum(1) / on_sphere.sum(1).clamp(min=1)
            spherical = _change(on_sphere.sum(1) / tries, 0.5, 0.2, factor, inverted)
            sideways[rows] *= spherical
            forward[rows] *= spherical * _change(succeeded, *((0.5, 0.2) if inverted else (0.25, 0.1)), factor, inverted)
    return attacked


def _norm(x: Tensor) -> Tensor:
    """Lengths along the last dimension, which stays, of size 1."""
    return x.norm(dim=-1, keepdim=True)


def _norm_in_order(x: Tensor) -> Tensor:
    """The same, with the same roundings on every processor."""
    return _root(_in_order(x.square()))


def _root(x: Tensor) -> Tensor:
    """Square roots, rounded right; those of torch come from a library of the processor's maker, which now and then does not."""
    return torch.from_numpy(np.sqrt(x.cpu().numpy())).to(x.device)


def _in_order(x: Tensor) -> Tensor:
    """Sums along the last dimension, which stays, of size 1; one term after the other, as the width of a processor's vectors
    decides the order of `sum`."""
    return x.cumsum(-1)[..., -1:]


def _change(rate: Tensor, high: float, low: float, factor: float, inverted: bool) -> Tensor:
    """What a step size is multiplied by where so large a share of the tries succeeded, [n]."""
    if inverted:
        factor = 1 / factor
    return 1 + (factor - 1) * (rate > high) + (1 / factor - 1) * (rate < low)


def _records(distance: Tensor) -> Tensor:
    """How many of each row are finite and smaller than all before them, [n, tries] → [n]."""
    before = torch.cat([torch.full_like(distance[:, :1], torch.inf), distance.cummin(1).values[:, :-1]], 1)
    return (distance < before).sum(1)


class _Judge:
    """What a network makes of many points, by as few and as cheap looks at it as give the same."""

    def __init__(self, network: Network):
        self.network, self.rough, self.steepness = network, copy_of(network).float(), network.steepness()

    def misclassified(self, points: Tensor, y: Tensor, place: Tensor, wanted: Tensor, every: bool = True) -> Tensor:
        """Which of the points [n, tries, d] are wanted and misclassified, bool [n, tries]; unless `every` one is asked
        for, they are looked at by their place [n, tries] until one is misclassified: one, GROUP, twice as many, and so on.

        A point so near to the first that it cannot be decided otherwise, by the network's `steepness`, is not looked at.
        """
        found = torch.zeros_like(wanted)
        order = place.masked_fill(~wanted, torch.inf).argsort(dim=1, stable=True)
        rows, first = torch.arange(len(points), device=points.device), order[:, 0]
        left = wanted.clone()
        if wanted.any():
            nearest = points[rows, first]
            logits = self.network.logits(nearest)
            found[rows, first] = (self.network.decided(logits) != y) & wanted[rows, first]
            left[rows, first] = False
            lead, top = self._lead(logits)
            room = (lead / self.steepness[top]).amin(1)  # how far a point may lie and still be decided alike
            clear = (points - nearest[:, None]).norm(dim=2) < room[:, None]
            found |= wanted & clear & found[rows, first][:, None]
            left &= ~clear
        rank, end, group = order.argsort(dim=1), 1, place.shape[1] if every else GROUP
        while True:
            if not every:
                left &= ~found.any(1, keepdim=True)
            if not left.any():
                return found
            end, group = end + group, 2 * group
            rows, picked = torch.nonzero(left & (rank < end), as_tuple=True)
            if len(rows):
                found[rows, picked] = self._decided(points[rows, picked]) != y[rows]
                left[rows, picked] = False

    def _decided(self, points: Tensor) -> Tensor:
        """The network's classes of points [n, d], int64 [n], by its float32 copy, twice as fast, where no rounding decides."""
        logits = self.rough.logits(points.float())
        classes, unsure = self.rough.decided(logits), self._lead(logits)[0].amin(1) <= 0
        if unsure.any():
            classes[unsure] = self.network.predict(points[unsure])
        return classes

    def _lead(self, logits: Tensor) -> tuple[Tensor, Tensor]:
        """By how much the largest logit exceeds each that could take its place, [n, classes], less what may be a rounding; and
        the largest one's class, [n]."""
        largest, top = logits.max(1, keepdim=True)
        own = 0 if self.network.temperature is None else -torch.inf  # what the largest must stay above, whatever the others do
        return largest - logits.scatter(1, top, own) - ROUNDING * logits.abs().amax(1, keepdim=True), top[:, 0]
