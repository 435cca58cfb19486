import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT

from sleep_robustness import imports
from sleep_robustness.imports import library


def names(*modules):
    return {Path(file).relative_to(Path("workflow/lib/sleep_robustness")).as_posix() for file in library(*modules)}


@pytest.fixture(autouse=True)
def at_root(monkeypatch):
    monkeypatch.chdir(ROOT)


def test_an_attack_brings_what_it_runs_and_no_plot():
    found = names("attacks.fgsm")
    assert {"attacks/fgsm.py", "attacks/__init__.py", "networks/__init__.py", "files.py", "__init__.py"} <= found
    assert not any(name.startswith(("plots", "defences", "tables")) for name in found)


def test_a_plot_brings_no_attack_and_no_training():
    assert not names("papers.tadros.plots.fig_1") & {"attacks/fgsm.py", "training/__init__.py", "networks/relu.py"}


def test_it_follows_what_python_really_imports():
    """The files found are those of the modules that importing really loads, and no fewer."""
    code = (
        "import sys; sys.path.insert(0, 'workflow/lib'); import sleep_robustness.defences.control, os; print(*sorted("
        "os.path.relpath(m.__file__) for n, m in sys.modules.items() if n.startswith('sleep_robustness')), sep='\\n')"
    )
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert set(loaded) <= set(library("defences.control"))


def test_a_script_brings_its_start_and_what_it_imports():
    found = {
        Path(file).stem for file in library(scripts=["workflow/scripts/_job.py", "workflow/papers/tadros/scripts/fig_1.py"])
    }
    assert {"errors", "curves", "fig_1", "style", "names", "readings", "files"} <= found and "fgsm" not in found


def test_the_workflow_is_planned_with_what_snakemake_itself_brings():
    """Whoever has Snakemake and nothing else gets as far as --use-conda makes the environments."""
    rules = [file.read_text() for file in (ROOT / "workflow").rglob("*.smk")]
    modules = {name for text in rules for name in re.findall(r"^from sleep_robustness\.(\S+) import", text, re.MULTILINE)}
    own = (ROOT / "workflow/lib/sleep_robustness/papers").glob("*/configuration.py")  # found by the paper's name
    modules |= {f"papers.{file.parent.name}.configuration" for file in own}
    trees = [ast.parse((ROOT / file).read_text()) for file in library(*modules)]
    names = {alias.name for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module for tree in trees for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    others = {name.split(".")[0] for name in names} - sys.stdlib_module_names - {"sleep_robustness"}
    assert "configuration" in modules and others == {"jsonschema", "psutil", "yaml"}


def test_unknown_module():
    with pytest.raises(ModuleNotFoundError, match=r"attacks\.fgms"):
        library("attacks.fgms")


def test_circles_and_relative_imports(tmp_path, monkeypatch):
    package = tmp_path / "sleep_robustness"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "a.py").write_text("import sleep_robustness.b")
    (package / "b.py").write_text("from sleep_robustness import a")
    (package / "c.py").write_text("from . import a")
    monkeypatch.setattr(imports, "PACKAGE", package)
    assert [Path(file).name for file in library("a")] == ["__init__.py", "a.py", "b.py"]
    with pytest.raises(ImportError, match="import with the full name"):
        library("c")
