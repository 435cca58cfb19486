"""Real birds, at the smoke scale: from photographs to tables and figures; and birds that are not to be had."""

import os

import pandas as pd
import pytest
import yaml
from conftest import SMOKE, give_mnist

BIRDS = "papers={{tadros: {{use: [{}]}}}}"


def test_birds_are_one_word_away(project, mnist_raw):
    """Real photographs of 10 classes, from an archive, through ResNet-50, to tables and figures, under a name of their own."""
    if "CUB_IMAGES" not in os.environ:
        pytest.skip("WITHOUT REAL BIRDS: set CUB_IMAGES to the folder of cub100_crops.tar.gz and cub10_originals.tar.gz")
    give_mnist(project, mnist_raw)
    only = "only={readings: [released], datasets: [cub10]}"
    command = ["--cores", "2", *SMOKE, "--config", BIRDS.format("patches, mnist, cub10"), only]
    targets = ["tadros_table_1", "tadros_table_2", "tadros_fig_1", "tadros_fig_2"]
    project.snakemake(*targets, *command)
    reports = project.folder / "reports/smoke-only/tadros"
    scores = pd.read_csv(reports / "tables/table_1.csv").query("dataset == 'cub10'")
    assert {"fgsm", "deepfool", "jsma", "boundary"} == set(scores.attack) and scores.printed.isna().all()
    assert {"control", "distillation", "finetune", "sleep"} <= set(scores.defence) and scores.networks.max() == 3
    for figure in ("fig_1", "fig_2"):
        assert set(pd.read_csv(reports / f"figures/{figure}.csv").dataset) == {"cub10"}
    table = (reports / "tables/table_1.md").read_text()
    assert "CUB, first 10 classes" in table and "not run: `make birds` adds it" in table
    assert (
        "543 images of 10 classes (of 200 named), 300 for training and 243"
        in (project.folder / "logs/index_birds/cub10.log").read_text()
    )
    done = project.snakemake(*targets, *command)
    assert "Nothing to be done" in done.stdout + done.stderr


def test_a_folder_of_birds_is_read_again_when_its_lists_change_and_never_taken_for_all_classes(project, tmp_path):
    give_mnist(project, "resources/mnist")
    names = [f"{number} 00{kind}.A/{number}.jpg" for number, kind in ((1, 1), (2, 1), (3, 1), (4, 2), (5, 2))]
    lists = {"images": names, "image_class_labels": ["1 1", "2 1", "3 1", "4 2", "5 2"], "classes": ["1 001.A", "2 002.A"]}
    for name, lines in (lists | {"train_test_split": ["1 1", "2 0", "3 0", "4 1", "5 0"]}).items():
        (tmp_path / f"{name}.txt").write_text("\n".join(lines))
    for name in names:
        image = tmp_path / "images" / name.split()[1]
        image.parent.mkdir(parents=True, exist_ok=True)
        image.touch()
    index, own = project.folder / "resources/birds/cub10/index.csv", project.folder / "own.yaml"
    small = {"training": {"sizes": [2048, 350, 300, 2]}}
    birds = {name: {"images": str(tmp_path)} for name in ("cub10", "cub200")}
    paper = {"use": ["mnist", "cub10"], "datasets": {"cub10": small, "cub200": small}}
    own.write_text(yaml.safe_dump({"datasets": birds, "papers": {"tadros": paper}}))
    command = [index.relative_to(project.folder), "--configfile", "config/smoke.yaml", "own.yaml"]
    project.snakemake(*command)
    assert len(pd.read_csv(index)) == 5
    (tmp_path / "images.txt").write_text("\n".join([*names[:2], *names[3:]]))
    project.snakemake(*command)
    assert len(pd.read_csv(index)) == 4
    done = project.snakemake(*command)
    assert "Nothing to be done" in done.stdout + done.stderr
    whole = ["resources/birds/cub200/index.csv", *command[1:], "--config", BIRDS.format("mnist, cub200")]
    done = project.snakemake(*whole, check=False)
    assert done.returncode and "cub200 must have all 200 classes, but its images are of 2; give" in done.stdout + done.stderr


def test_without_birds_there_is_one_sentence(project, monkeypatch):
    monkeypatch.delenv("CUB_IMAGES", raising=False)
    give_mnist(project, "resources/mnist")
    done = project.snakemake("resources/birds/cub10/index.csv", *SMOKE, "--config", BIRDS.format("mnist, cub10"), check=False)
    said = done.stdout + done.stderr
    assert (
        done.returncode and "$CUB_IMAGES/cub10_originals.tar.gz cannot be found, since $CUB_IMAGES is not set; set it" in said
    )
    assert "Traceback" not in said and not (project.folder / "resources/birds/cub10/index.csv").exists()
