"""A sample of the campaign of wrong configurations, which `make campaign-config` runs whole."""

from campaign.config_mutations import mutants, outcome, whole


def test_the_project_s_own_config_is_right():
    assert outcome(whole()) == ("accepted", "")


def test_a_wrong_configuration_is_refused_by_one_sentence():
    found = [(kind, place, put, *outcome(config)) for kind, place, put, config in mutants(seed=3, number=80)]
    assert not [one for one in found if one[3] in ("traceback", "unclear")]
    assert not [one for one in found if one[0] == "unknown" and one[3] == "accepted"]
    assert len({one[0] for one in found}) == 6 and sum(one[3] == "refused" for one in found) > 60
