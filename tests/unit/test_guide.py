"""config/README.md: every key is in it, its tables are easy to read, and its examples are right."""

import re
from textwrap import dedent

import pytest
import yaml
from conftest import ROOT

from sleep_robustness.configuration import SCHEMA, check, load, paper_schema, parameters, plugins
from sleep_robustness.inheritance import overlaid

TEXT = (ROOT / "config/README.md").read_text()
EXAMPLES = re.findall(r"^    ((?:papers|datasets):.*\n(?:    .*\n)*)", TEXT, re.MULTILINE)
EXAMPLES += re.findall(r"`(papers: \{.*?\})`", TEXT)


def keys_of(schema):
    """All names of keys in a schema, at any depth."""
    found = set(schema.get("properties", {}))
    for node in schema.values():
        for inner in node.values() if isinstance(node, dict) else []:
            found |= keys_of(inner) if isinstance(inner, dict) else set()
        found |= keys_of(node) if isinstance(node, dict) else set()
    return found


def test_every_key_is_explained():
    keys = keys_of(yaml.safe_load(SCHEMA.read_text())) | keys_of(paper_schema("tadros"))
    keys |= {
        key
        for part in ("datasets", "defences", "attacks", "distortions")
        for file in plugins(part).values()
        for key in parameters(file)
    }
    missing = {key for key in keys - {"kind", "properties"} if not re.search(rf"`[^`]*\b{key}\b[^`]*`", TEXT)}
    assert not missing and len(keys) > 80


def test_no_cell_of_a_table_is_long():
    cells = [cell.strip() for line in TEXT.splitlines() if line.startswith("|") for cell in line.split("|")]
    assert max(map(len, cells)) <= 120


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_is_a_right_configuration(example):
    base = yaml.safe_load((ROOT / "config/config.yaml").read_text())
    check(load(overlaid(base, yaml.safe_load(dedent(f"    {example}"))), ROOT / "config/papers"))


def test_there_are_examples():
    assert len(EXAMPLES) >= 5
