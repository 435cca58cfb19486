"""Which files of this library a module runs.

A rule names them as inputs, so that editing an attack re-runs that attack and nothing else. Standard library only: the
Snakefile imports this module in whatever environment runs Snakemake.
"""

import ast
import os
from pathlib import Path

PACKAGE = Path(__file__).parent


def library(*modules: str) -> list[str]:
    """Files of `modules` ("attacks.fgsm") and of all they import inside the package, sorted, relative to the working folder.

    Raises ModuleNotFoundError for a name the package does not have.
    """
    seen: set[Path] = set()
    waiting = [_file(module.split(".")) for module in modules]
    if None in waiting:
        raise ModuleNotFoundError(f"no module {modules[waiting.index(None)]!r} in {PACKAGE}")
    while waiting:
        file = waiting.pop()
        if file not in seen:
            seen.add(file)
            waiting += _imported(file)
    return sorted(os.path.relpath(file) for file in seen)


def _imported(file: Path) -> list[Path]:
    """Files inside the package that `file` imports, with the packages they lie in."""
    names = set()
    for node in ast.walk(ast.parse(file.read_text())):
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
            found |= {_file(parts[:n]) for n in range(len(parts) + 1)}
    return [file for file in found if file]


def _file(parts: list[str]) -> Path | None:
    """The file of a module inside the package; None for a name that is no module (a function, say)."""
    path = PACKAGE.joinpath(*parts)
    for file in (path / "__init__.py", path.with_suffix(".py")):
        if file.is_file():
            return file
    return None
