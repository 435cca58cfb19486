"""What explains the verdicts: where its numbers come from, and what is wrong with a file of explanations."""

import numpy as np
import pandas as pd
import pytest
import yaml
from conftest import CONFIG, ROOT

from sleep_robustness.claim_files import read_evidence
from sleep_robustness.errors import UserError
from sleep_robustness.names import MEASURES
from sleep_robustness.papers.tadros.tables.table_evidence import SAYS, table_evidence
from sleep_robustness.statistics import wilson

CLAIMS = yaml.safe_load((ROOT / "config/papers/tadros/claims.yaml").read_text())
AXES = {"dataset": "mnist", "defence": "sleep", "variant": "a", "attack": "fgsm", "attack_variant": "loss"}
NUMBERS = {"value": 0.1, "low": 0.05, "high": 0.15, "examples": 450, "networks": 3, "note": ""}
ATTACKS = [
    AXES | NUMBERS | {"seed": seed, "measure": measure, "strength": np.nan, "examples": n}
    for seed in ("1", "mean")
    for measure, n in (("F", 450), ("Z", 600))
]
COMMON = [AXES | NUMBERS | {"seed": "mean", "measure": "common", "reading": reading} for reading in ("printed", "released")]
PAIR = AXES | NUMBERS | {"reading": "released", "other": "control", "other_variant": "b", "measure": "F", "strength": np.nan}
PAIRS = [PAIR | {"p": 0.004, "examples": 200}]
PLACE = {"dataset": "mnist", "defence": "sleep", "variant": "a"} | NUMBERS | {"examples": 0}
HISTORIES = [
    PLACE | {"reading": reading, "steps": 300, "layer": layer, "measure": "spikes", "value": 10.0 * layer}
    for reading in ("released", "audited")
    for layer in (2, 3)
]
ASLEEP = [
    PLACE | {"reading": reading, "rule": rule, "step": step, "measure": "positive", "layer": np.nan, "value": value}
    for reading in ("released", "audited")
    for rule, step, value in (("released", 0, np.nan), ("released", 300, 0.5), ("printed", 300, 0.25))
]
TABLES = list(map(pd.DataFrame, (ATTACKS, COMMON, PAIRS, HISTORIES, ASLEEP)))


def explained(*numbers):
    """The rows of one explanation of these numbers, and what a reader sees."""
    one = {
        "explains": "This",
        "claims": ["T1", "T2"],
        "means": "That.",
        "numbers": [{"network": "sleep/a"} | n for n in numbers],
    }
    return table_evidence([one], *TABLES)


def test_each_number_is_the_row_that_it_names():
    attack = {"table": "attacks", "attack": "fgsm", "attack_variant": "loss", "measure": ["F", "common"]}
    pair = {"table": "pairs", "reading": "released", "other": "control/b", "measure": "F"}
    spikes = {"table": "histories", "layer": [2, 3], "measure": "spikes"}
    rules = {"table": "asleep", "rule": ["released", "printed"], "measure": "positive"}
    numbers, shown = explained(attack, pair, spikes, rules)
    assert numbers.value.tolist() == [0.1, 0.1, 0.1, 20, 30, 0.5, 0.25]  # of rules the end, once for both readings
    assert (numbers.claims == "T1 T2").all() and (numbers.means == "That.").all() and numbers.p.count() == 1
    assert shown["What was measured"].tolist() == [
        "Sleep (a), FGSM (loss): score F",
        "Sleep (a), FGSM (loss): score F on the common subset",
        "Sleep (a) − Control (b), FGSM, released reading: score F",
        "Sleep (a), layer 2 in 300 ms: spikes",
        "Sleep (a), layer 3 in 300 ms: spikes",
        "Sleep (a), released rule: of the weights that moved, positive before",
        "Sleep (a), printed rule: of the weights that moved, positive before",
    ]
    value = shown.Value.str.replace("\N{NO-BREAK SPACE}", " ")
    assert value[0] == "0.1 [0.05, 0.15]" and value[2] == "0.1 [0.05, 0.15], p = 0.004"
    assert shown.n.str.replace("\N{NO-BREAK SPACE}", " ").tolist() == ["3 × 150", "3 × 150", "3 × 200", "3", "3", "3", "3"]
    assert shown["What it means"].tolist() == ["That.", *[""] * 6]


def test_score_f_leaves_out_what_it_does_not_count():
    numbers, _ = explained({"table": "attacks", "attack": "fgsm", "attack_variant": "loss", "measure": "left_out"})
    row = numbers.iloc[0]
    assert (row.value, row.low, row.high) == (0.25, *wilson(0.25, 200)) and row.examples == 600


def test_what_was_not_measured_says_so_and_what_names_no_row_is_refused():
    numbers, shown = explained({"table": "attacks", "attack": "jsma", "attack_variant": "plain", "measure": "F"})
    assert shown.Value[0] == "not measured by this config" and np.isnan(numbers.value[0]) and shown.n[0] == "–"
    with pytest.raises(UserError, match=r"evidence.yaml: .* is answered by 2 rows; name more of its columns"):
        explained({"table": "histories", "measure": "spikes"})
    with pytest.raises(UserError, match=r"evidence.yaml: histories has no column 'rule'"):
        explained({"table": "histories", "measure": "spikes", "rule": "released"})


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"claims": ["T99"]}, "'This' names the claim 'T99', which claims.yaml lacks"),
        ({"numbers": []}, "0.numbers is \\[\\]; it must be a list of numbers"),
        (
            {"numbers": [{"table": "atacks", "network": "a/b", "measure": "F"}]},
            "it must be attacks, pairs, histories or asleep",
        ),
        ({"numbers": [{"table": "attacks", "network": "sleep", "measure": "F"}]}, "it must be defence/variant"),
        (
            {"numbers": [{"table": "attacks", "network": ["a/b", "sleep"], "measure": "F"}]},
            "is 'sleep'; it must be defence/variant",
        ),
        ({"mean": "x"}, "unknown key 'mean' in 0; did you mean 'means'"),
    ],
)
def test_a_wrong_file_of_explanations_is_one_sentence(tmp_path, change, sentence):
    number = {"table": "attacks", "network": "sleep/a", "measure": "F"}
    one = {"explains": "This", "claims": ["T1"], "means": "That.", "numbers": [number]} | change
    (tmp_path / "evidence.yaml").write_text(yaml.safe_dump([one]))
    with pytest.raises(UserError, match=sentence) as error:
        read_evidence(tmp_path / "evidence.yaml", CLAIMS)
    assert "\n" not in str(error.value)


def test_the_projects_own_evidence_names_what_there_is():
    def listed(value):
        return value if isinstance(value, list) else [value]

    explanations = read_evidence(ROOT / "config/papers/tadros/evidence.yaml", CLAIMS)
    assert len(explanations) >= 9
    for number in (number for one in explanations for number in one["numbers"]):
        for name in [*listed(number["network"]), *listed(number.get("other", []))]:
            defence, variant = name.split("/")
            assert variant in CONFIG["defences"][defence]
        for attack in listed(number.get("attack", [])):
            assert set(listed(number["attack_variant"])) <= set(CONFIG["attacks"][attack])
        assert set(listed(number["measure"])) <= {*SAYS, *MEASURES, "spikes"}
