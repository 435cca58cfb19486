"""Which files of this library a module runs.

A rule names them as inputs, so that editing an attack re-runs that attack and nothing else. Standard library only: the
Snakefile imports this module in whatever environment runs Snakemake.
"""

import ast
import os
from collections.abc import Sequence
from functools import cache
from pathlib import Path

PACKAGE = Path(__file__).parent


def library(*modules: str, scripts: Sequence[str] = ()) -> list[str]:
    """Files of `modules` ("attacks.fgsm") and of all that they and `scripts` import inside the package.

    scripts: files outside the package, which are not listed themselves. Sorted, relative to the working folder. Raises
    ModuleNotFoundError for a name the package does not have.
    """
    seen: set[Path] = set()
    waiting = [file for script in scripts for file in _imported(Path(script))]
    for module in modules:
        parts = module.split(".")
        if _file(parts) is None:
            raise ModuleNotFoundError(f"no module {module!r} in {PACKAGE}")
        waiting += _with_packages(parts)
    while waiting:
        file = waiting.pop()
        if file not in seen:
            seen.add(file)
            waiting += _imported(file)
    return sorted(os.path.relpath(file) for file in seen)


@cache
def _imported(file: Path) -> list[Path]:
    """Files inside the package that `file` imports."""
    names = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            raise ImportError(f"{file}: import with the full name, sleep_robustness.…, so that it can be followed")
    found = set()
    for name in names:
        head, *parts = name.split(".")
        if head == PACKAGE.name:
            found |= _with_packages(parts)
    return list(found)


def _with_packages(parts: list[str]) -> set[Path]:
    """The file of a module and those of the packages it lies in, which importing it runs too."""
    return {file for n in range(len(parts) + 1) if (file := _file(parts[:n]))}


def _file(parts: list[str]) -> Path | None:
    """The file of a module inside the package; None for a name that is no module (a function, say)."""
    path = PACKAGE.joinpath(*parts)
    for file in (path / "__init__.py", path.with_suffix(".py")):
        if file.is_file():
            return file
    return None
