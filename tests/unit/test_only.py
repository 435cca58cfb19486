import pytest
from conftest import WHOLE

from sleep_robustness.errors import UserError
from sleep_robustness.only import narrowed
from sleep_robustness.plan import Plan

ONLY = {"readings": ["printed"], "seeds": ["1"], "datasets": ["mnist"]}  # as Snakemake gives what the command line says


def test_without_it_nothing_changes():
    assert narrowed(WHOLE) == WHOLE


def test_what_is_not_named_is_left_out_and_the_results_lie_apart():
    found = narrowed(WHOLE | {"only": ONLY})
    tadros = found["papers"]["tadros"]
    assert found["scale"] == "laptop-only" and tadros["use"] == ["mnist"] and list(tadros["readings"]) == ["printed"]
    assert tadros["datasets"]["mnist"]["seeds"] == [1] and WHOLE["papers"]["tadros"]["datasets"]["mnist"]["seeds"] == [
        1,
        2,
        3,
        4,
        5,
    ]


def test_networks_are_measured_by_what_a_reading_compares_them_under_alone():
    plan = Plan("tadros", narrowed(WHOLE | {"only": ONLY})["papers"]["tadros"])
    runs = {(run["defence"], run["variant"], run["attack_variant"]) for run in plan.runs("mnist", attack="fgsm")}
    networks = [("control", "released"), ("distillation", "t50"), ("finetune", "fgsm"), ("sleep", "printed")]
    assert runs == {(*network, "loss") for network in networks}
    assert {run["variant"] for run in plan.runs("mnist", distortion="blur")} == {"released", "t50", "noise", "blur", "printed"}


def test_a_paper_that_has_none_of_the_readings_keeps_its_own():
    zhang = narrowed(WHOLE | {"only": ONLY})["papers"]["zhang"]
    assert list(zhang["readings"]) == list(WHOLE["papers"]["zhang"]["readings"])
    audited = narrowed(WHOLE | {"only": {"readings": ["audited"]}})["papers"]
    assert [list(own["readings"]) for own in audited.values()] == [["audited"]] * len(WHOLE["papers"])


@pytest.mark.parametrize(
    ("only", "sentence"),
    [
        ({"readings": ["prited"]}, "only.readings names 'prited'; there are as_described, as_released, audited, printed"),
        ({"seeds": ["77"]}, "only.seeds names 77; there are 1, 2, 3"),
        ({"datasets": ["cub200"]}, "only.datasets names 'cub200'; there are mnist, patches, patches_batch2."),
    ],
)
def test_a_name_that_is_not_there_is_one_sentence(only, sentence):
    with pytest.raises(UserError) as error:
        narrowed(WHOLE | {"only": only})
    assert sentence in str(error.value) and "\n" not in str(error.value)
