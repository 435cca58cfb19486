"""The workflow used from where it does not lie: from another folder, under an overlay of one's own, and as a module."""

import os
import shutil
import subprocess
import sys

import pytest
from conftest import ROOT

SNAKEFILE = ["--snakefile", ROOT / "Snakefile"]
MODULE = f"""
module sleep:
    snakefile: {str(ROOT / "Snakefile")!r}


use rule * from sleep as sleep_*
"""


def snakemake(folder, *arguments, **environment):
    """What snakemake says in a folder, where it must succeed."""
    command = [sys.executable, "-m", "snakemake", "--cores", "1", *arguments]
    done = subprocess.run(command, cwd=folder, env=os.environ | environment, capture_output=True, text=True, timeout=3600)
    assert done.returncode == 0, done.stderr[-4000:]
    return done.stdout + done.stderr


def test_from_another_folder_the_results_lie_in_that_folder(tmp_path):
    snakemake(tmp_path, "tadros_table_2", *SNAKEFILE)
    assert (tmp_path / "reports/tadros/tables/table_2.csv").is_file()


def test_under_a_locale_that_knows_the_letters_of_ascii_alone(tmp_path):
    """The configuration and the claims have others."""
    assert not (ROOT / "config/papers/tadros/claims.yaml").read_text(encoding="utf-8").isascii()
    snakemake(tmp_path, "tadros_table_2", *SNAKEFILE, LC_ALL="C", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0")
    assert (tmp_path / "reports/tadros/tables/table_2.csv").is_file()


def test_the_results_lie_in_the_directory_that_is_named(tmp_path):
    here, there = tmp_path / "here", tmp_path / "there"
    here.mkdir()
    snakemake(here, "tadros_table_2", *SNAKEFILE, "--directory", there)
    assert (there / "reports/tadros/tables/table_2.csv").is_file() and not list(here.iterdir())


def test_an_overlay_of_ones_own_lies_on_top_of_the_configuration(tmp_path):
    (tmp_path / "mine.yaml").write_text("scale: smoke\npapers: {tadros: {datasets: {mnist: {training: {momentum: 0.25}}}}}\n")
    snakemake(tmp_path, "tadros_table_2", *SNAKEFILE, "--configfile", "mine.yaml")
    assert "0.25" in (tmp_path / "reports/smoke/tadros/tables/table_2.csv").read_text()


def test_as_a_module_of_another_workflow(tmp_path):
    (tmp_path / "Snakefile").write_text(MODULE)
    snakemake(tmp_path, "sleep_tadros_table_2")
    assert (tmp_path / "reports/tadros/tables/table_2.csv").is_file()


@pytest.mark.parametrize("name", ["o b", "o'b", 'o"b'])
def test_a_folder_whose_name_jobs_cannot_run_from_is_refused_at_setup(tmp_path, name):
    (folder := tmp_path / name).mkdir()
    for file in ("Makefile", "requirements.lock"):
        shutil.copy(ROOT / file, folder)
    done = subprocess.run(["make", "setup"], cwd=folder, capture_output=True, text=True, timeout=3600)
    assert done.returncode and "has a blank or a quote in it, which Snakemake's jobs cannot run from; move" in done.stderr
    assert not (folder / ".venv").exists()
