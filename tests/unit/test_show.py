import subprocess
import sys

import pytest
import yaml
from conftest import CONFIG, ROOT, WHOLE

from sleep_robustness.errors import UserError
from sleep_robustness.plan import Plan
from sleep_robustness.show import entry, overview, whole


def show(*words):
    command = [sys.executable, "-m", "sleep_robustness.show", *words]
    environment = {"PYTHONPATH": str(ROOT / "workflow/lib")}
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)


def test_a_variant_is_shown_with_all_that_it_inherits_under_overlays(tmp_path):
    own = tmp_path / "own.yaml"
    own.write_text("papers: {tadros: {defences: {sleep: {printed: {patches: {rate: 17}}}}}}")
    shown = yaml.safe_load(show("config", "papers.tadros.defences.sleep.inverted", "config/smoke.yaml", str(own)).stdout)
    assert shown == whole(["config/smoke.yaml", str(own)])["papers"]["tadros"]["defences"]["sleep"]["inverted"]
    assert shown["rule"] == "inverted" and shown["decay"] == 0.999 and "like" not in shown
    assert shown["patches"] == {"rate": 17, "steps": 500, "thresholds": [1.045], "current": 2.5} | {
        "increase": 0.0035,
        "decrease": 0.0002,
    }


def test_the_plan_says_which_network_meets_what_and_who_compares_them():
    text = overview(Plan("tadros", CONFIG))
    assert text.startswith("Networks of tadros, and the readings that compare them: 1 printed, 2 released")
    mnist = text.split("\n\n")[-1].splitlines()
    assert mnist[0] == "mnist: 5 networks of each kind, seeds 1 to 5"
    heads = list(zip(mnist[1].split(), mnist[2].split(), strict=True))
    assert ("fgsm", "loss") in heads and ("autoattack", "standard") in heads and ("feature_noise", "released") not in heads
    start = mnist[2].index("loss")
    cells = {line.split()[0]: line[start:].split(" ")[0] for line in mnist[3:]}
    assert cells["control/released"] == "123" and cells["sleep/leaky"] == "+" and cells["finetune/noise"] == ""


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (
            ("plan", "tadrso"),
            "papers.tadrso is not in the config: 'tadrso' is not there; "
            "it must go on with one of bnn, deepsleep, tadros, together, zhang.",
        ),
        (("config", "scale.x"), "scale.x is not in the config: 'x' is not there; it ends before."),
        (("config", "scale", "nowhere.yaml"), "nowhere.yaml is not there; name files as for --configfile."),
    ],
)
def test_a_wrong_name_is_one_sentence(words, sentence):
    done = show(*words)
    assert done.returncode == 1 and done.stderr == f"{sentence}\n" and not done.stdout


def test_without_words_it_says_how_it_is_called():
    assert "python -m sleep_robustness.show plan PAPER" in show().stderr and show("draw", "tadros").returncode == 1


def test_an_empty_overlay_changes_nothing_and_one_that_is_no_mapping_is_a_sentence(tmp_path):
    (tmp_path / "empty.yaml").write_text("")
    (tmp_path / "list.yaml").write_text("[1]")
    assert whole([str(tmp_path / "empty.yaml")]) == whole([])
    with pytest.raises(UserError, match=r"list\.yaml is no mapping; it must be one"):
        whole([str(tmp_path / "list.yaml")])


def test_a_key_leads_through_mappings_alone():
    assert entry({"a": {"b": [1]}}, "a.b") == [1]
    with pytest.raises(UserError, match="it ends before"):
        entry({"a": {"b": [1]}}, "a.b.0")


def test_the_plan_shows_the_network_that_is_attacked_for_a_transfer():
    text = overview(Plan("zhang", WHOLE["papers"]["zhang"])).splitlines()
    place = text[4].index("kept")
    cells = {line.split()[0]: line[place:].split(" ")[0] for line in text[5:]}
    assert cells["control/released"] == "+" and not any(cells[name] for name in cells if name != "control/released")
