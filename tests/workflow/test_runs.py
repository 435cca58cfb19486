"""The workflow as a user runs it, on real MNIST at the smoke scale: targets, repeats, cores, reports."""

import html.parser
import json

import numpy as np
import pandas as pd
import pytest
import yaml
from conftest import CONFIG, SMOKE, WHOLE, Project, give_mnist

from sleep_robustness.batches import read, read_facts
from sleep_robustness.keys import key_of

OF_NO_READING = ["fig_7", "fig_sleep", "fig_leak", "fig_pruning", "fig_undertrained", "fig_search", "fig_coverage"]
FIGURES = [*(f"fig_{number}" for number in range(1, 13)), *OF_NO_READING[1:]]
BY_READING = [name for name in FIGURES if name not in OF_NO_READING]
TABLES = [*(f"table_{number}" for number in range(1, 5))]
TABLES += ["table_checks", "table_evidence", "table_fgsm", "table_linf", "table_sentences"]
TARGETS = ["all", "tadros", "page", *(f"tadros_{name}" for name in ("claims", "search", "coverage", *FIGURES, *TABLES))]
ZHANG = ["fig_1", "fig_2", "fig_cap"]
TARGETS += ["zhang", "zhang_claims", *(f"zhang_{name}" for name in ZHANG)]


@pytest.fixture(scope="module")
def finished(tmp_path_factory, mnist_raw):
    """A project that has run to its end on two cores."""
    project = give_mnist(Project(tmp_path_factory.mktemp("finished")), mnist_raw)
    project.snakemake("--cores", "2", *SMOKE)
    return project


@pytest.mark.parametrize("scale", ["laptop", "full", "smoke"])
def test_every_target_has_a_plan_at_every_scale(project, scale):
    """All in one plan, which fails for a name that is no rule's or for an input that nothing makes."""
    plan = project.snakemake("-n", *TARGETS, "--configfile", f"config/{'config' if scale == 'laptop' else scale}.yaml")
    assert "dry-run" in plan.stdout + plan.stderr


def test_one_figure_of_one_reading_on_one_seed_is_few_jobs_and_lies_apart(project, mnist_raw):
    give_mnist(project, mnist_raw)
    only = ["tadros_fig_1", "--config", "only={readings: [printed], seeds: [1], datasets: [mnist]}"]
    plan = project.snakemake(*only, "-n", "--quiet", "rules")
    total = next(line for line in (plan.stdout + plan.stderr).splitlines() if line.startswith("total"))
    assert int(total.split()[1]) <= 15
    project.snakemake("--cores", "2", *only, *SMOKE)
    table = pd.read_csv(project.folder / "reports/smoke-only/tadros/figures/fig_1.csv")
    assert set(table.dataset) == {"mnist"} and set(table.readings) == {"printed"} and table.networks.max() == 1


def test_the_second_run_has_nothing_to_do(finished):
    done = finished.snakemake("--cores", "2", *SMOKE)
    assert "Nothing to be done" in done.stdout + done.stderr


def test_a_figure_that_was_deleted_is_made_again(finished, tmp_path):
    figure = finished.folder / "reports/smoke/tadros/figures/fig_2.pdf"
    figure.rename(tmp_path / figure.name)
    done = finished.snakemake("-n", *SMOKE)
    (tmp_path / figure.name).rename(figure)
    assert "rule tadros_fig_2:" in done.stdout and "rule train:" not in done.stdout


def test_every_output_of_a_job_is_there(finished):
    folder = finished.folder
    assert len(list(folder.glob("logs/**/*.log"))) == len(list(folder.glob("benchmarks/**/*.tsv"))) > 80
    assert len(list(folder.glob("results/smoke/tadros/attacks/mnist/all/fgsm/*/seeds1-3.npz"))) == 2
    assert (folder / "results/smoke/zhang/transfers/mnist/all/fgsm/shared/seeds1-3.npz").is_file()
    for name in FIGURES:
        for kind in ("pdf", "png", "csv"):
            assert (folder / f"reports/smoke/tadros/figures/{name}.{kind}").stat().st_size > 500
    models = folder / "results/smoke/tadros/models"
    for file in models.glob("**/*.json"):
        for key, made in json.loads(file.read_text()).items():
            assert (key_of(made), made["dataset"]) == (key, file.relative_to(models).parts[0])
    side_car = read_facts(f"{models}/mnist/control/released/seeds1-3.json/control/released/1")
    assert side_car["device"] in ("cpu", "cuda") and side_car["parameters"]["epochs"] == 10
    assert side_car["threads"] == 1 and (side_car["defence"], side_car["seed"]) == ("control", 1)
    arrays = read(f"{folder}/results/smoke/tadros/attacks/mnist/all/fgsm/loss/seeds1-3.npz/control/released/1")
    assert json.loads(str(arrays["side_car"]))["threads"] == 1
    log = (folder / "logs/train/smoke/tadros/mnist/control/released/seeds1-3.log").read_text()
    assert "epoch 10: loss" in log and "test accuracy 0." in log
    assert not list(folder.glob("reports/*.html")), "the smoke scale wrote where the laptop scale does"


def test_the_page_opens_from_disk_and_finds_everything(finished):
    page = finished.folder / "reports/smoke/index.html"

    class Links(html.parser.HTMLParser):
        found, images = [], []

        def handle_starttag(self, tag, attributes):
            attributes = dict(attributes)
            self.found += [attributes[key] for key in ("src", "href") if key in attributes]
            if tag == "img":
                self.images.append(attributes["src"])
                assert len(attributes["alt"]) > 40

    links = Links()
    links.feed(page.read_text())
    alone = {f"tadros/figures/{name}/{reading}.png" for name in BY_READING for reading in CONFIG["readings"]}
    alone |= {f"zhang/figures/{name}/{reading}.png" for name in ZHANG[:2] for reading in WHOLE["papers"]["zhang"]["readings"]}
    whole = {*(f"tadros/figures/{name}.png" for name in FIGURES), *(f"zhang/figures/{name}.png" for name in ZHANG)}
    assert set(links.images) == alone | whole
    assert page.read_text().count("<table") == len(TABLES) + 2  # the verdicts on each paper
    for link in links.found:
        assert f'id="{link[1:]}"' in page.read_text() if link.startswith("#") else (page.parent / link).is_file(), link


def test_what_was_not_run_says_so_beside_what_is_printed(finished):
    tables = finished.folder / "reports/smoke/tadros/tables"
    for name in ("table_1", "table_2", "table_3", "table_checks", "table_fgsm", "table_linf"):
        assert "not run: `make birds` adds it" in (tables / f"{name}.md").read_text(), name
    scores = pd.read_csv(tables / "table_1.csv")
    absent = scores[scores.dataset == "cub200"]
    assert absent.value.isna().all() and absent.note.str.startswith("not run").all()
    assert absent[(absent.attack == "fgsm") & (absent.defence == "sleep")].printed.tolist() == [0.06]


@pytest.mark.slow
def test_deepsleep_runs_and_a_second_time_has_nothing_to_do(project, mnist_raw):
    give_mnist(project, mnist_raw)
    project.snakemake("deepsleep", "--cores", "2", *SMOKE)
    table = pd.read_csv(project.folder / "reports/smoke/deepsleep/tables/table_1.csv")
    assert set(table.reading) == set(WHOLE["papers"]["deepsleep"]["readings"]) and set(table.scale) == {64, 128}
    assert {"Control", "Adversarial Train", "DeepSleep as released", "Sleep Defense"} <= set(
        table.network
    ) and table.networks.min() == 3
    swapped = table[(table.reading == "as_released") & (table.column == "PGD")]
    assert set(swapped.attack) == {"fgsm"} and set(swapped[swapped.network == "Control"].printed) == {0.0789, 0.0543}
    models = project.folder / "results/smoke/deepsleep/models/mnist"
    slow, fast = (
        read_facts(f"{models}/all/seeds1-3.json/deepsleep/released_{name}/2")["history"] for name in ("slow", "asleep")
    )
    assert {"conv1", "linear"} <= set(slow["layer"]) and len(fast["loss"]) == 1
    done = project.snakemake("deepsleep", "--cores", "2", *SMOKE)
    assert "Nothing to be done" in done.stdout + done.stderr


@pytest.mark.slow
def test_bnn_runs_and_makes_what_is_gone_again_to_the_same_bytes(project, mnist_raw):
    """Four networks' files of a whole run are taken away, one of them half learnt; the next run makes the same tables."""
    give_mnist(project, mnist_raw)
    project.snakemake("bnn", "--cores", "2", *SMOKE)
    claims = pd.read_csv(project.folder / "reports/smoke/bnn/claims.csv")
    assert set(claims.reading) == set(WHOLE["papers"]["bnn"]["readings"])
    assert not claims.verdict.eq("cannot be tested").all()
    before = {name: content for name, content in project.csv().items() if not name.endswith("_time.csv")}
    done = project.snakemake("bnn", "--cores", "2", *SMOKE)
    assert "Nothing to be done" in done.stdout + done.stderr
    learnt = project.folder / "results/smoke/bnn/learnt"
    networks = {file: file.read_bytes() for file in sorted(learnt.rglob("seed*.pt"))}
    for file in list(networks)[:4]:
        file.unlink()
    project.snakemake("bnn", "--cores", "1", *SMOKE)
    assert {file: file.read_bytes() for file in networks} == networks and not list(learnt.rglob("*partial*"))
    assert {name: content for name, content in project.csv().items() if not name.endswith("_time.csv")} == before


@pytest.mark.slow
def test_the_table_of_all_papers_has_no_cell_without_a_reason(project, mnist_raw):
    give_mnist(project, mnist_raw)
    project.snakemake("together", "--cores", "2", *SMOKE)
    reports = project.folder / "reports/smoke/together"
    table = pd.read_csv(reports / "tables/table_1.csv")
    rows = WHOLE["papers"]["together"]["rows"]
    assert table.row.tolist() == list(rows) and len(table) >= 20 and (table.networks == 3).all()
    assert table[["clean_acc", "robust_acc_0.1", "l2", "corruptions", "multiply_adds", "bytes"]].notna().all(axis=None)
    learnt = [name for name, row in rows.items() if not isinstance(row["forgets"], str) or row["network"].startswith("bnn/")]
    assert set(table[table.kept.notna()].row) == set(learnt) and (table[table.kept.isna()].note != "").all()
    assert "One evaluation for all" in (reports / "answer.md").read_text()
    assert {"not shown", "holds", "refuted", "no effect"} & set(pd.read_csv(reports / "claims.csv").verdict)
    done = project.snakemake("together", "--cores", "2", *SMOKE)
    assert "Nothing to be done" in done.stdout + done.stderr


def test_one_core_gives_the_same_numbers(finished_small, small):
    small.snakemake("--cores", "1", "tadros_table_1", "tadros_fig_2")
    assert len(small.csv()) > 20 and small.csv().items() <= finished_small.csv().items()


def test_a_job_for_all_networks_gives_what_a_job_for_each_gives(finished, finished_small):
    together, apart = (project.folder / "results/smoke/tadros" for project in (finished, finished_small))
    history = [read_facts(f"{file}/sleep/released/2")["history"] for file in (
        together / "models/mnist/all/seeds1-3.json", apart / "models/mnist/sleep/released/seeds2.json"
    )]  # fmt: skip
    assert history[0] == history[1]
    for part in ("attacks/mnist/{}/fgsm/loss/{}.npz", "distortions/mnist/{}/noise/released/{}.npz"):
        one = read(f"{together / part.format('all', 'seeds1-3')}/sleep/released/3")
        other = read(f"{apart / part.format('sleep/released', 'seeds3')}/sleep/released/3")
        assert one.keys() == other.keys() and all(np.array_equal(array, other[name]) for name, array in one.items())


def test_a_toy_defence_shows_up_everywhere(finished_small):
    """One file and its config entries, and it is in every table and figure of networks, and drawn under its own name."""
    reports = finished_small.folder / "reports/smoke/tadros"
    for name in ("tables/table_1", "tables/table_fgsm", "figures/fig_1", "figures/fig_2"):
        rows = pd.read_csv(reports / f"{name}.csv")
        assert {"control", "sleep", "nap"} == set(rows[rows.dataset == "mnist"].defence), name
    assert "| nap " in (reports / "tables/table_1.md").read_text()


def test_the_searches_run_and_a_second_time_have_nothing_to_do(finished):
    finished.snakemake("--cores", "2", "tadros_search", *SMOKE)
    folder = finished.folder / "results/smoke/tadros/search"
    evaluations = {
        "printed": 3,
        "common": 3,
        "constrained": 6,
        "several": 6,
        "wide": 3,
        "wide_printed": 3,
        "wide_75": 3,
        "wide_spiking": 3,
    }
    for name, number in evaluations.items():
        found, history = yaml.safe_load((folder / name / "found.yaml").read_text()), pd.read_csv(folder / name / "history.csv")
        assert len(history) == number and found["rate"] in list(history.rate) and len(found["thresholds"]) == 3
        rescored = pd.read_csv(folder / name / "rescored.csv")
        assert set(zip(rescored.order.astype(str), rescored.seen, strict=True)) == {
            ("storage", True),
            ("101", True),
            ("storage", False),
        }
        assert not list((folder / name).glob("unfinished*"))
    done = finished.snakemake("--cores", "2", "tadros_search", *SMOKE)
    assert "Nothing to be done" in done.stdout + done.stderr


def test_snakemakes_own_report_works(finished):
    finished.snakemake("--report", "report.html", *SMOKE)
    assert "tadros_fig_1" in (finished.folder / "report.html").read_text()


def test_editing_an_attack_repeats_the_attack_and_editing_a_plot_only_the_plot(finished):
    def jobs(file):
        path = finished.folder / "workflow/lib/sleep_robustness" / file
        text = path.read_text()
        path.write_text(text + "\n# edited\n")
        plan = finished.snakemake("-n", "--quiet", "rules", *SMOKE)
        path.write_text(text)
        counted = [line.split()[0] for line in (plan.stdout + plan.stderr).splitlines() if line[-1:].isdigit() and " " in line]
        return set(counted)

    attack, plot, tables = jobs("attacks/fgsm.py"), jobs("papers/tadros/plots/fig_1.py"), jobs("tables/style.py")
    shown = {f"tadros_{name}" for name in ("fig_1", "fig_2", "table_1", "table_3", "table_fgsm")}
    assert shown | {"page"} <= tables and "attack" not in tables
    assert {"attack", "summarise_attack", "tadros_fig_1", "page"} <= attack and not attack & {"train", "mnist", "test_order"}
    assert {"tadros_fig_1", "page"} <= plot and not plot & {"train", "attack", "summarise_attack", "tadros_table_1"}
