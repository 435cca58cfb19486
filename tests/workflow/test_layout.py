"""The house rules that a reader relies on: names that lead from a figure to all of it, rules that declare."""

import ast
import re
import sys
from importlib.metadata import requires

import pytest
import yaml
from conftest import ROOT
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from sleep_robustness.imports import library

WORKFLOW = ROOT / "workflow"
FILES = [ROOT / "Snakefile", *sorted((WORKFLOW / "rules").glob("*.smk")), *sorted((WORKFLOW / "papers").rglob("*.smk"))]
ALL_RULES = {
    match[1]: (match[0], file)
    for file in FILES
    for match in re.finditer(r"^rule (\w+):\n(?:    .*\n|\n)*", file.read_text(), re.M)
}
ALIKE = {name: base for file in FILES for base, name in re.findall(r"^use rule (\w+) as (\w+) with:", file.read_text(), re.M)}
TARGETS = [name for name, (text, _) in ALL_RULES.items() if "\n    script:" not in text]  # names for what other rules make
RULES = {name: text for name, (text, _) in ALL_RULES.items() if name not in TARGETS}
SCRIPTS = [*sorted((WORKFLOW / "scripts").glob("*.py")), *sorted((WORKFLOW / "papers").glob("*/scripts/*.py"))]


def own_name(rule):
    """A rule's paper, or None, and what its script, caption and function are called."""
    folder = ALL_RULES[ALIKE.get(rule, rule)][1].parent
    return (folder.name, rule.removeprefix(f"{folder.name}_")) if folder.parent == WORKFLOW / "papers" else (None, rule)


SHOWN = [
    name for name in [*RULES, *ALIKE] if re.match(r"(final_)?(fig|table)_(?!own_)", own_name(name)[1])
]  # the page has these


def test_there_are_rules():
    assert len(RULES) >= 11 and {"tadros_fig_1", "tadros_fig_9", "tadros_table_1", "tadros_table_2"} <= set(SHOWN)


@pytest.mark.parametrize("name", TARGETS)
def test_a_target_says_what_it_is(name):
    lines = ALL_RULES[name][0].splitlines()
    assert any(line.startswith('    """') for line in lines[1:3]) and "    input:" in lines and "    output:" not in lines


@pytest.mark.parametrize("name", RULES)
def test_every_rule_declares_itself(name):
    text, (paper, own) = RULES[name], own_name(name)
    for keyword in ("input", "output", "log", "benchmark", "threads", "resources", "conda", "script"):
        assert re.search(f"\n    {keyword}:", text), f"rule {name} lacks {keyword}"
    assert text.splitlines()[1].strip().startswith('"""'), f"rule {name} lacks a docstring"
    assert "mem_mb=grown(" in text and "runtime=grown(" in text and re.search(r"code=(ancient\()?(code\(|lambda)", text)
    script = f"scripts/{own}.py" if paper else f"../scripts/{own}.py"
    assert f'"{script}"' in text, f"rule {name} does not run the script of its name"
    assert not paper or name.startswith(f"{paper}_"), f"rule {name} lacks its paper's name"


def test_memory_and_time_grow_when_a_job_is_sent_again():
    text = (WORKFLOW / "rules/common.smk").read_text()
    own = {}
    exec(re.search(r"^def grown.*?(?=\n\n\n)", text, re.M | re.S)[0], own)
    assert [own["grown"](4000)(None, attempt) for attempt in (1, 2)] == [4000, 8000]


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda file: file.stem)
def test_every_script_is_short_and_has_its_rule(script):
    lines = script.read_text().splitlines()
    assert len(lines) <= 60
    if script.stem != "_job":
        paper = script.parents[1].name if script.parents[2].name == "papers" else None
        assert (paper, script.stem) in {own_name(name) for name in RULES}
        first = next(line for line in lines if line.startswith(("import ", "from ")))
        assert first.startswith("from _job import ")
    elif script.parent != WORKFLOW / "scripts":
        assert script.resolve() == WORKFLOW / "scripts/_job.py"


@pytest.mark.parametrize("name", SHOWN)
def test_a_figures_name_leads_to_everything_of_it(name):
    paper, own = own_name(name)
    assert (WORKFLOW / "papers" / paper / "report" / f"{own}.rst").is_file()
    assert f'"{own}": rules.{name}.output' in (WORKFLOW / "papers" / paper / f"{paper}.smk").read_text()
    folder, drawn_by = "tables" if own.startswith("table_") else "plots", own_name(ALIKE.get(name, name))[1]
    files = [WORKFLOW / f"lib/sleep_robustness/{place}{folder}/{drawn_by}.py" for place in (f"papers/{paper}/", "")]
    assert f"def {drawn_by}(" in next(file for file in files if file.is_file()).read_text()


def test_papers_do_not_import_one_another_and_the_shared_library_imports_none():
    """Arrows point one way: a paper's code stands on the shared library. The table of all papers stands on `bnn`, too, whose
    networks are kept in files of their own kind."""
    package = WORKFLOW / "lib/sleep_robustness"
    for file in package.rglob("*.py"):
        place = file.relative_to(package).parts
        others = set(re.findall(r"^(?:from|import) sleep_robustness\.papers\.(\w+)", file.read_text(), re.M))
        others -= {place[1]} if place[0] == "papers" else set()
        others -= {"bnn"} if place[:2] == ("papers", "together") else set()
        assert not others, f"{file.name} imports the paper {others.pop()}"


def test_rule_files_hold_rules():
    """Functions stand in common.smk alone, of three lines at most; no loop and no class makes rules."""
    for file in FILES:
        text = file.read_text()
        assert not re.search(r"^\s*(for|while|class) .*:$", text, re.M), f"{file.name} has a loop or a class"
        bodies = re.findall(r'^def \w+\(.*\):\n    """.*"""\n((?:    .*\n)+)', text, re.M)
        assert len(bodies) == len(re.findall(r"^\s*def ", text, re.M)), f"{file.name} has a function without a docstring"
        assert not bodies or file.name == "common.smk", f"{file.name} defines a function"
        assert all(len(body.splitlines()) <= 3 for body in bodies), f"{file.name} has a function of more than three lines"


def locked():
    """What requirements.lock pins for the Python that runs this, a requirement by its name."""
    lines = (ROOT / "requirements.lock").read_text().splitlines()
    every = [Requirement(line) for line in lines if line and not line.startswith("#")]
    return {one.name: one for one in every if one.marker is None or one.marker.evaluate()}


def with_what_they_need(names):
    """Packages and all that they need, but for the CUDA packages that torch asks for."""
    found, left = set(), [(name, "") for name in names]
    while left:
        name, extra = one = left.pop()
        if one not in found:
            found.add(one)
            needs = [Requirement(text) for text in requires(name) or []]
            asked = [need for need in needs if need.marker is None or need.marker.evaluate({"extra": extra})]
            left += [(canonicalize_name(need.name), own) for need in asked for own in ("", *need.extras)]
            left = [one for one in left if not re.match("nvidia|cuda|triton", one[0])]
    return {name for name, _ in found}


@pytest.mark.parametrize("file", sorted((ROOT / "envs").glob("*.yaml")), ids=lambda file: file.name)
def test_environments_pin_all_that_they_install_as_the_lock_does(file):
    pinned = next(entry["pip"] for entry in yaml.safe_load(file.read_text())["dependencies"] if isinstance(entry, dict))
    pins, lock = [Requirement(pin) for pin in pinned], locked()
    for pin in pins:
        assert pin.specifier == lock[pin.name].specifier, f"{file.name} pins {pin}, requirements.lock {lock[pin.name]}"
    names = {pin.name for pin in pins}
    assert names == with_what_they_need(names), f"{file.name} lacks {with_what_they_need(names) - names}"


@pytest.mark.parametrize("name", RULES)
def test_a_rules_environment_has_what_its_code_imports(name, monkeypatch):
    """Third-party modules imported on loading, by the script and by the library files it may run; --use-conda has no others."""
    monkeypatch.chdir(ROOT)
    found_by_name = {"attack": ["attacks"], "defend": ["defences", "attacks"], "prune": ["attacks", "distortions"]}
    found_by_name |= {own: ["distortions"] for own in ("distort", "fig_3", "fig_7", "correlate", "respond")}
    paper, own = own_name(name)
    folders = [WORKFLOW / "lib/sleep_robustness" / folder for folder in found_by_name.get(own, [])]
    modules = [f"{folder.name}.{file.stem}" for folder in folders for file in folder.glob("*.py") if file.stem != "__init__"]
    scripts = ["workflow/scripts/_job.py", f"workflow/{f'papers/{paper}/' if paper else ''}scripts/{own}.py"]
    imported = set()
    for file in [*scripts, *library(*modules, scripts=scripts)]:
        for node in ast.parse((ROOT / file).read_text()).body:
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module] if isinstance(node, ast.ImportFrom) else []
            imported |= {module.split(".")[0] for module in names}
    needed = imported - set(sys.stdlib_module_names) - {"_job", "__main__", "sleep_robustness"}
    needed = {{"PIL": "pillow", "yaml": "pyyaml"}.get(module, module) for module in needed}
    environment = yaml.safe_load((ROOT / re.search(r'"(?:\.\./)+(envs/\w+\.yaml)"', RULES[name])[1]).read_text())
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
