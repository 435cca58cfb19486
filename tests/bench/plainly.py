"""Attacks written to be read: one example and one candidate at a time. What the tests compare with, and the benchmark."""

import torch


def boundary_walk(network, x, y, attacked, params, rng):
    """The Boundary Attack's released form from a misclassified start; x, attacked [d], y a label."""
    names, tries, factor = params["deviations"], params["directions"], params["adaptation"]
    low, high = (x.min(), x.max()) if "own_range" in names else network.bounds
    sideways = forward = params["step"]
    grow = 1 / factor if "inverted" in names else factor
    for step in range(params["steps"]):
        if forward < 1e-7:
            break
        checked, difference = step % 10 == 0, x - attacked
        length = difference.norm()
        best, closest = attacked, length
        on_sphere = successes = 0
        draw = torch.rand if "positive" in names else torch.randn
        for aside in draw(1, tries, len(x), generator=rng, dtype=x.dtype)[0]:
            aside = aside - (aside @ difference) / length**2 * difference
            aside = aside * sideways * length / aside.norm()
            centre = difference if "off_centre" in names else x
            projected = (centre + (aside - difference) / (sideways**2 + 1) ** 0.5).clamp(low, high)
            if checked:
                if network.predict(projected[None]) == y:
                    continue
                on_sphere += 1
            left = x - projected
            advance = max(0, forward * length + left.norm() - length)
            candidate = (projected + advance / left.norm() * left).clamp(low, high)
            distance = (candidate - x).norm()
            if distance < length and network.predict(candidate[None]) != y:
                successes += "records" not in names or distance < closest
                if best is attacked or ("records" in names and distance < closest):
                    best, closest = candidate, distance
        attacked = best
        if checked:
            rate, share = on_sphere / tries, successes / (tries if "records" in names else max(on_sphere, 1))
            high_share, low_share = (0.5, 0.2) if "inverted" in names else (0.25, 0.1)
            change = grow if rate > 0.5 else 1 / grow if rate < 0.2 else 1
            sideways *= change
            forward *= change * (grow if share > high_share else 1 / grow if share < low_share else 1)
    return attacked
