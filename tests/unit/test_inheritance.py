import pytest
import yaml
from conftest import ROOT

from sleep_robustness.errors import UserError
from sleep_robustness.inheritance import overlaid, resolved


def sleeps(**variants):
    return {"defences": {"sleep": variants}}


def test_a_variant_has_all_that_it_is_like_and_its_own_go_before():
    config = sleeps(a={"rate": 1, "mnist": {"steps": 5, "rate": 2}}, b={"like": "a", "rate": 3, "mnist": {"steps": 6}})
    assert resolved(config)["defences"]["sleep"]["b"] == {"rate": 3, "mnist": {"steps": 6, "rate": 2}}


def test_inheritance_goes_on_and_may_name_what_comes_later():
    config = sleeps(c={"like": "b"}, b={"like": "a", "rate": 3}, a={"rate": 1, "steps": 9})
    assert resolved(config)["defences"]["sleep"]["c"] == {"rate": 3, "steps": 9}


def test_what_an_overlay_changes_holds_for_those_that_are_like_it():
    config = overlaid(sleeps(a={"rate": 1}, b={"like": "a"}), sleeps(a={"rate": 7}))
    assert resolved(config)["defences"]["sleep"]["b"] == {"rate": 7}


def test_data_sets_and_searches_inherit_too_and_nothing_given_is_changed():
    config = {
        "datasets": {"a": {"kind": "patches"}, "b": {"like": "a"}},
        "search": {"searches": {"x": {"seed": 1}, "y": {"like": "x"}}},
    }
    before = yaml.safe_dump(config)
    found = resolved(config)
    assert found["datasets"]["b"] == {"kind": "patches"} and found["search"]["searches"]["y"] == {"seed": 1}
    assert yaml.safe_dump(config) == before


@pytest.mark.parametrize(
    ("variants", "sentence"),
    [
        ({"a": {"like": "z"}, "b": {}}, "a.like is 'z'; it must be an entry beside it that is not like it: b."),
        ({"a": {"like": "a"}, "b": {}}, "a.like is 'a'; it must be an entry beside it that is not like it: b."),
        (
            {"a": {"like": "b"}, "b": {"like": "a"}},
            "a.like is 'a'; it must be an entry beside it that is not like it: there is none.",
        ),
        ({"a": {"like": ["b"]}, "b": {}}, "a.like is ['b']"),
        ({"a": {"like": None}}, "a.like is None"),
    ],
)
def test_a_wrong_like_is_one_sentence(variants, sentence):
    with pytest.raises(UserError) as error:
        resolved(sleeps(**variants))
    assert f"config: defences.sleep.{sentence}" in str(error.value) and "\n" not in str(error.value)


@pytest.mark.parametrize(
    "config", [{}, {"datasets": 3}, {"defences": None}, {"attacks": {"fgsm": 1}}, {"search": {"searches": []}}]
)
def test_what_is_no_mapping_is_left_to_the_check(config):
    assert resolved(config) == config


def test_the_projects_config_has_no_anchors():
    for file in (ROOT / "config").rglob("*.yaml"):
        tokens = list(yaml.scan(file.read_text(), Loader=yaml.SafeLoader))
        assert not [token for token in tokens if isinstance(token, yaml.AnchorToken | yaml.AliasToken)], file
