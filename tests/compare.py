"""Compare the CSVs of two runs byte for byte, after a change that is to change no number.

    python tests/compare.py BASE NEW [--moved OLD=NEW …] [--any-order]

BASE and NEW are folders that hold results/ and reports/. `--moved` gives a file or folder another place in NEW. Left out are
files whose names end in _time.csv, which hold measured times, and reports/reference, which no run makes. Prints each file that
differs, is missing or is new, and fails if there is one. With `--any-order` rows may stand in another order.
"""

import argparse
import sys
from pathlib import Path


def tables(folder: Path) -> dict[str, bytes]:
    """The CSVs of a run, by path."""
    files = [file for part in ("results", "reports") for file in (folder / part).rglob("*.csv")]
    made = [file for file in files if not file.name.endswith("_time.csv") and "reference" not in file.parts]
    return {str(file.relative_to(folder)): file.read_bytes() for file in made}


def moved(tables: dict[str, bytes], places: list[str]) -> dict[str, bytes]:
    """The same with files at their new places."""
    for place in places:
        old, new = place.split("=")
        tables = {new + name.removeprefix(old) if name.startswith(old) else name: text for name, text in tables.items()}
    return tables


def main() -> int:
    """The number of files that are not the same."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("base", type=Path)
    parser.add_argument("new", type=Path)
    parser.add_argument("--moved", action="append", default=[], metavar="OLD=NEW")
    parser.add_argument("--any-order", action="store_true")
    asked = parser.parse_args()
    base, new = moved(tables(asked.base), asked.moved), tables(asked.new)
    if asked.any_order:
        base, new = ({name: sorted(text.splitlines()) for name, text in some.items()} for some in (base, new))
    if not base or not new:
        sys.exit(f"no CSV under {asked.base if not base else asked.new}")
    found = [(name, "missing") for name in base.keys() - new.keys()] + [(name, "new") for name in new.keys() - base.keys()]
    found += [(name, "differs") for name in base.keys() & new.keys() if base[name] != new[name]]
    for name, what in sorted(found):
        print(f"{what:8} {name}")
    print(f"{len(base.keys() & new.keys())} files compared, {len(found)} not the same")
    return len(found)


if __name__ == "__main__":
    sys.exit(min(main(), 1))
