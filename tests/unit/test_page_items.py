from pathlib import Path
from types import SimpleNamespace

import matplotlib.image
import pandas as pd
import pytest
from conftest import ROOT, WHOLE
from docutils.utils import SystemMessage
from jinja2 import UndefinedError
from matplotlib.figure import Figure

from sleep_robustness.page import GUIDES, item, render, with_values
from sleep_robustness.plots.style import save
from sleep_robustness.tables.style import of_reading

TABLE = '<table><tr><td data-reading="printed">7</td></tr></table>'
ROWS = pd.DataFrame({"readings": ["printed, released", "beside", None], "value": [1, 2, 3]})


def drawn(folder, table=ROWS, readings=("printed", "audited")):
    """The files of a figure that has an image of each of these readings, and what was drawn for each image."""
    draws = []

    def draw(rows):
        draws.append(list(rows.value))
        return Figure(figsize=(1, 1))

    own = [folder / "figures" / f"fig_1.{kind}" for kind in ("csv", "pdf", "png")]
    images = [folder / "figures/fig_1" / f"{reading}.png" for reading in readings]
    save(draw, table, *own, images)
    return [*own, *images], draws


def test_a_figures_images_hold_the_rows_of_their_reading(tmp_path):
    files, draws = drawn(tmp_path)
    assert draws == [[1, 2, 3], [1, 3]], "all; those of the reading and of none; nothing is drawn for the audited one"
    assert all(file.stat().st_size for file in files)
    assert matplotlib.image.imread(files[-1]).shape[1] == 5 * 200, "an image that says that there is nothing"
    assert pd.read_csv(files[0]).value.tolist() == [1, 2, 3]


def test_a_reading_is_not_another_whose_name_begins_alike():
    table = pd.DataFrame({"reading": ["released_2020", "released"]})
    assert of_reading(table, "released").index.tolist() == [1] and of_reading(table, "rel").empty


def test_page_shows_a_figure_and_a_table(tmp_path):
    page, readings = tmp_path / "index.html", ["printed", "audited"]
    (tmp_path / "tables").mkdir()
    (tmp_path / "tables" / "table_1.html").write_text(TABLE)
    files, _ = drawn(tmp_path)
    figure = item("tadros", "Tadros et al.", "fig_1", files, "**Bold.** It shows & tells. More.", page, "laptop", readings)
    own = [tmp_path / f"tables/table_1.{kind}" for kind in ("csv", "html")]
    table = item("tadros", "Tadros et al.", "table_1", own, "Text", page, "smoke", readings)
    render(
        [figure, table],
        ["It does as well."],
        [{"name": "Tadros", "reference": "Tadros & others, 2020", "guides": {"README.md": "in short"}}],
        ROOT / "workflow/report",
        "smoke",
        {"printed": "Tadros et al., as the paper says", "audited": ""},
        page,
    )
    text = page.read_text()
    assert "<strong>Bold.</strong> It shows &amp; tells" in text and ">Tadros et al., Figure 1: Bold</h2>" in text
    assert 'src="figures/fig_1.png"' in text and 'alt="Bold. It shows &amp; tells."' in text
    assert 'src="figures/fig_1/printed.png"' in text and 'src="figures/fig_1/audited.png"' not in text
    assert text.count("Nothing here is of the audited reading.") == 2 and "Nothing here is of the printed" not in text
    assert TABLE in text and '<a href="tables/table_1.csv" download>CSV</a>' in text
    assert "snakemake --cores 2 tadros_fig_1</code>" in text and "tadros_table_1 --configfile config/smoke.yaml</code>" in text
    assert "<li>Tadros &amp; others, 2020</li>" in text
    assert 'value="printed"' in text and "as the paper says" in text and 'value="released"' not in text
    assert all(file.exists() for file in GUIDES) and "CONTRIBUTING.md" in text and ">in short</a>." in text
    assert "Copyright (c) 2025 ; Licensed MIT" in text


def test_the_pages_that_a_paper_links_to_are_there():
    guides = [file for paper in WHOLE["papers"].values() for file in paper.get("guides", {})]
    assert len(guides) >= 6 and all((ROOT / file).is_file() for file in guides)


def test_captions_are_filled_from_the_config():
    snakemake = SimpleNamespace(config={"scale": "smoke"})
    assert with_values('{{ snakemake.config["scale"] }} scale', snakemake) == "smoke scale"


def test_a_broken_caption_is_an_error(tmp_path):
    with pytest.raises(UndefinedError):
        with_values("{{ snakemake.nothing.at_all }}", SimpleNamespace(config={}))
    with pytest.raises(SystemMessage):
        item("tadros", "Tadros et al.", "fig_1", [Path("x.png")], "**unclosed", Path("index.html"), "laptop", [])
