"""A sample of the campaign of faults, which `make campaign-faults` runs whole: what needs no run."""

import json
import random
from subprocess import CompletedProcess

import pytest
from campaign.faults import SPOILS, summed
from campaign.hostile import archives, unpacked
from campaign.trial import hidden, judged


@pytest.mark.parametrize(("name", "kind", "members"), [pytest.param(*one, id=one[0]) for one in archives(many=300)])
def test_an_archive_that_is_not_to_be_trusted_puts_nothing_outside(tmp_path, name, kind, members):
    result, said = unpacked(tmp_path / "own", kind, members)
    assert result == ("as before" if "sets the user" in name else "sentence"), said
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("how", SPOILS)
def test_a_damaged_file_is_another_one_and_the_same_for_the_same_seed(how):
    content = bytes(range(256))
    first, second = (SPOILS[how](content, random.Random(7)) for _ in range(2))
    assert first == second != content


def test_a_run_is_judged_by_what_it_says_and_by_its_jobs_logs(tmp_path):
    def result(code, said, log=""):
        (tmp_path / "logs").mkdir(exist_ok=True)
        (tmp_path / "logs/a.log").write_text(log)
        return judged(tmp_path, CompletedProcess([], code, "", said), 0, r"a\.npz", "delete")[0]

    assert result(1, "[train] a.npz was cut; delete it.\n") == "sentence"
    assert result(1, "[train] a.npz was cut\n[train] delete it\n") == "unclear"
    assert result(0, "") == "taken"
    assert result(1, "[train] a.npz was cut; delete it.\n", "Traceback (most recent call last):") == "traceback"


def test_temporary_files_are_told_from_seals(tmp_path):
    (folder := tmp_path / "results").mkdir()
    for name in ("a.npz", ".a.npz.sha256", ".a.71.npz", "..a.npz.71.sha256"):
        (folder / name).touch()
    assert sorted(hidden(tmp_path)) == ["results/..a.npz.71.sha256", "results/.a.71.npz"]


@pytest.mark.parametrize(("result", "counts", "code"), [("sentence", {}, 0), ("taken", {}, 1), ("killed", {"wrong": 1}, 1)])
def test_the_last_line_counts_and_the_exit_code_tells(result, counts, code, capsys):
    notes = [{"part": "bytes", "fault": ["cut", "a"], "result": result, **counts}, {"part": "bytes", "fault": ["finished"]}]
    notes[1] |= {"result": "as before", "compared": 9}
    assert summed(json.loads(json.dumps(notes)), 3) == code
    last = capsys.readouterr().out.splitlines()[-1]
    assert last.startswith("1 faults, seed 3: ") and f"of 9 files compared 0 lost, {counts.get('wrong', 0)} wrong" in last
