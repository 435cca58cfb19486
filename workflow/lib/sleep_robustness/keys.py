"""The names that runs and batches of them go by in files. Standard library only: Snakemake's own process imports it."""

from collections.abc import Mapping, Sequence


def key_of(run: Mapping) -> str:
    """The key of a run in the file of its batch, by its defence, variant and seed: "sleep/found/3"."""
    return "{defence}/{variant}/{seed}".format(**run)


def spelled(seeds: Sequence[int]) -> str:
    """Seeds as a file's name has them: "3", "1-5", or "1-3+7"."""
    parts: list[list[int]] = []
    for seed in sorted(seeds):
        if parts and seed == parts[-1][-1] + 1:
            parts[-1].append(seed)
        else:
            parts.append([seed])
    return "+".join(str(part[0]) if len(part) == 1 else f"{part[0]}-{part[-1]}" for part in parts)


def seeds_of(spelling: str) -> list[int]:
    """The seeds that `spelled` wrote."""
    seeds: list[int] = []
    for part in spelling.split("+"):
        first, _, last = part.partition("-")
        seeds += range(int(first), int(last or first) + 1)
    return seeds
