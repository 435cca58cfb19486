"""The house rules that a reader relies on: names that lead from a figure to all of it, rules that declare."""

import ast
import re
import sys

import pytest
import yaml
from conftest import ROOT

from sleep_robustness.imports import library

WORKFLOW = ROOT / "workflow"
RULES = {
    match[1]: match[0]
    for file in (WORKFLOW / "rules").glob("*.smk")
    for match in re.finditer(r"^rule (\w+):\n(?:    .*\n|\n)*", file.read_text(), re.M)
}
SHOWN = [name for name in RULES if re.match(r"(fig|table)_", name)]


def test_there_are_rules():
    assert len(RULES) >= 11 and {"fig_1", "table_1", "table_2"} <= set(SHOWN)


@pytest.mark.parametrize("name", RULES)
def test_every_rule_declares_itself(name):
    text = RULES[name]
    for keyword in ("input", "output", "log", "benchmark", "threads", "resources", "conda", "script"):
        assert re.search(f"\n    {keyword}:", text), f"rule {name} lacks {keyword}"
    assert text.splitlines()[1].strip().startswith('"""'), f"rule {name} lacks a docstring"
    assert "mem_mb=" in text and "runtime=" in text and re.search(r"code=(code\(|lambda)", text)
    assert f'"../scripts/{name}.py"' in text, f"rule {name} does not run the script of its name"


@pytest.mark.parametrize("script", sorted((WORKFLOW / "scripts").glob("*.py")), ids=lambda file: file.stem)
def test_every_script_is_short_and_has_its_rule(script):
    lines = script.read_text().splitlines()
    assert len(lines) <= 60
    if script.stem != "_job":
        assert script.stem in RULES
        first = next(line for line in lines if line.startswith(("import ", "from ")))
        assert first.startswith("from _job import ")


@pytest.mark.parametrize("name", SHOWN)
def test_a_figures_name_leads_to_everything_of_it(name):
    assert (WORKFLOW / "report" / f"{name}.rst").is_file()
    assert f'"{name}": rules.{name}.output' in (WORKFLOW / "rules" / "page.smk").read_text()
    folder = "tables" if name.startswith("table_") else "plots"
    assert f"def {name}(" in (WORKFLOW / f"lib/sleep_robustness/{folder}/{name}.py").read_text()


def test_rule_files_hold_rules():
    """Functions stand in common.smk alone, of three lines at most; no loop and no class makes rules."""
    for file in [ROOT / "Snakefile", *(WORKFLOW / "rules").glob("*.smk")]:
        text = file.read_text()
        assert not re.search(r"^\s*(for|while|class) .*:$", text, re.M), f"{file.name} has a loop or a class"
        bodies = re.findall(r'^def \w+\(.*\):\n    """.*"""\n((?:    .*\n)+)', text, re.M)
        assert len(bodies) == len(re.findall(r"^\s*def ", text, re.M)), f"{file.name} has a function without a docstring"
        assert not bodies or file.name == "common.smk", f"{file.name} defines a function"
        assert all(len(body.splitlines()) <= 3 for body in bodies), f"{file.name} has a function of more than three lines"


def test_environments_pin_what_the_lock_pins():
    lock = dict(re.findall(r"^([\w.-]+)==([^\s;]+)", (ROOT / "requirements.lock").read_text(), re.M))
    for file in (ROOT / "envs").glob("*.yaml"):
        pinned = next(entry["pip"] for entry in yaml.safe_load(file.read_text())["dependencies"] if isinstance(entry, dict))
        for pin in pinned:
            name, _, version = pin.partition("==")
            assert version and lock.get(name) == version, f"{file.name} pins {pin}, requirements.lock {lock.get(name)}"


@pytest.mark.parametrize("name", RULES)
def test_a_rules_environment_has_what_its_code_imports(name, monkeypatch):
    """Third-party modules imported on loading, by the script and by the library files it may run; --use-conda has no others."""
    monkeypatch.chdir(ROOT)
    found_by_name = {"attack": ["attacks"], "defend": ["defences", "attacks"], "prune": ["attacks", "distortions"]}
    found_by_name |= {name: ["distortions"] for name in ("distort", "fig_3", "fig_7", "correlate", "respond")}
    folders = [WORKFLOW / "lib/sleep_robustness" / folder for folder in found_by_name.get(name, [])]
    modules = [f"{folder.name}.{file.stem}" for folder in folders for file in folder.glob("*.py") if file.stem != "__init__"]
    scripts = [f"workflow/scripts/{script}.py" for script in ("_job", name)]
    imported = set()
    for file in [*scripts, *library(*modules, scripts=scripts)]:
        for node in ast.parse((ROOT / file).read_text()).body:
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module] if isinstance(node, ast.ImportFrom) else []
            imported |= {module.split(".")[0] for module in names}
    needed = imported - set(sys.stdlib_module_names) - {"_job", "__main__", "sleep_robustness"}
    needed = {{"PIL": "pillow", "yaml": "pyyaml"}.get(module, module) for module in needed}
    environment = yaml.safe_load((ROOT / re.search(r'"\.\./\.\./(envs/\w+\.yaml)"', RULES[name])[1]).read_text())
    pinned = {
        pin.partition("==")[0] for entry in environment["dependencies"] if isinstance(entry, dict) for pin in entry["pip"]
    }
    assert needed <= pinned, f"rule {name} imports {needed - pinned}, which its environment lacks"


def test_direct_dependencies_are_in_the_lock():
    lock = (ROOT / "requirements.lock").read_text()
    project = (ROOT / "pyproject.toml").read_text()
    wanted = re.findall(r'^    "([\w-]+)(==[^"]+)?', project, re.M)
    assert len(wanted) > 15
    for name, version in wanted:
        assert f"\n{name}{version}" in lock, f"requirements.lock lacks {name}{version}: run make lock"
    assert not re.search(r"^(nvidia|cuda|triton)", lock, re.M)
