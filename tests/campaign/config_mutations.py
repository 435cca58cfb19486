"""Wrong configurations, by the hundred: each must be refused by one clear sentence, or be right.

`make campaign-config` runs it. It prints how many of each kind there were, and every one that ended in anything else. A mutant
is one change at one place of the whole config, drawn from a seed: a key dropped, misspelt or unknown, a value of another type,
empty, twice in a list, out of every range, or a name that cannot be a file's.
"""

import argparse
import copy
import random
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import yaml

from sleep_robustness.configuration import check, load
from sleep_robustness.errors import UserError

ROOT = Path(__file__).parents[2]
SCALARS = [None, True, -1, 0, 1e30, "x", [], {}, [1, "x"], {"x": 1}, float("nan"), "", "a\nb"]
NAMES = ["with a space", "new\nline", "x" * 300, "", "a/b", "a{b}", "..", 7]

Place = tuple


def whole() -> dict:
    """The project's own config, every paper in it."""
    return load(yaml.safe_load((ROOT / "config/config.yaml").read_text()), ROOT / "config/papers")


def places(node: object, path: Place = ()) -> Iterator[Place]:
    """The paths of all that stands in a config, but of what stands in lists."""
    if isinstance(node, dict):
        for key, value in node.items():
            yield (*path, key)
            yield from places(value, (*path, key))


def mutants(seed: int, number: int) -> Iterator[tuple[str, Place, object, dict]]:
    """(kind, place, what was put there, the config) of so many mutants."""
    rng, config = random.Random(seed), whole()
    known = list(places(config))
    for _ in range(number):
        kind, place = rng.choice(["dropped", "misspelt", "unknown", "mistyped", "doubled", "renamed"]), rng.choice(known)
        changed = copy.deepcopy(config)
        parent = at(changed, place[:-1])
        value = parent[place[-1]]
        put: object = None
        if kind == "dropped":
            del parent[place[-1]]
        elif kind == "misspelt":
            put = _misspelt(str(place[-1]), rng)
            _rename(parent, place[-1], put)
        elif kind == "unknown":
            put = "unheard_of"
            target = value if isinstance(value, dict) and place != ("papers",) else parent  # papers are found by their folders
            target[put] = 1
        elif kind == "mistyped":
            put = parent[place[-1]] = copy.deepcopy(rng.choice([one for one in SCALARS if type(one) is not type(value)]))
        elif kind == "doubled":
            lists = [one for one in known if isinstance(at(config, one), list) and at(config, one)]
            place = rng.choice(lists)
            own = at(changed, place)
            own.append(copy.deepcopy(own[0]))
            put = own
        else:
            put = rng.choice(NAMES)
            _rename(parent, place[-1], put)
        yield kind, place, put, changed


def outcome(config: dict) -> tuple[str, str]:
    """("accepted" | "refused" | "unclear" | "traceback", what was said) of a config."""
    try:
        check(config)
    except UserError as error:
        said = str(error)
        one_sentence = "\n" not in said and said.startswith("config") and said[-1:] in ".?" and len(said) < 1000
        return ("refused" if one_sentence else "unclear"), said
    except Exception as error:  # whatever it is, it is a fault
        return "traceback", f"{type(error).__name__}: {error}"
    return "accepted", ""


def at(config: dict, place: Place) -> object:
    """What stands at a place."""
    for key in place:
        config = config[key]
    return config


def _rename(parent: dict, key: object, name: object) -> None:
    """Give an entry another name, in its place."""
    entries = [(name if one == key else one, value) for one, value in parent.items()]
    parent.clear()
    parent.update(entries)


def _misspelt(name: str, rng: random.Random) -> str:
    """A name with two of its letters exchanged, or one more."""
    where = rng.randrange(max(1, len(name) - 1))
    swapped = name[:where] + name[where + 1 : where + 2] + name[where : where + 1] + name[where + 2 :]
    return swapped if swapped != name else f"{name}{name[-1:]}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--mutants", type=int, default=600)
    parser.add_argument("--accepted", action="store_true", help="print what was accepted too")
    asked = parser.parse_args()
    counted: Counter = Counter()
    for kind, place, put, config in mutants(asked.seed, asked.mutants):
        result, said = outcome(config)
        counted[kind, result] += 1
        if result in ("traceback", "unclear") or (result == "accepted" and asked.accepted):
            print(f"{result}: {kind} {'.'.join(map(str, place))} → {put!r}: {said}")
    for (kind, result), number in sorted(counted.items()):
        print(f"{kind:10} {result:10} {number}")
    faults = sum(number for (_, result), number in counted.items() if result in ("traceback", "unclear"))
    print(f"{asked.mutants} mutants, seed {asked.seed}: {faults} ended in a traceback or an unclear sentence")
    return bool(faults)


if __name__ == "__main__":
    sys.exit(main())
