from pathlib import Path
from types import SimpleNamespace

import pytest
from conftest import ROOT
from docutils.utils import SystemMessage
from jinja2 import UndefinedError

from sleep_robustness.page import item, render, with_values


def test_page_shows_a_figure_and_a_table(tmp_path):
    page = tmp_path / "index.html"
    (tmp_path / "tables").mkdir()
    (tmp_path / "tables" / "table_1.html").write_text("<table><tr><td>7</td></tr></table>")
    figure = item(
        "fig_1", [tmp_path / "figures" / f"fig_1.{kind}" for kind in ("png", "csv")], "**Bold** & text", page, "laptop"
    )
    table = item("table_1", [tmp_path / "tables" / f"table_1.{kind}" for kind in ("csv", "html")], "Text", page, "smoke")
    render([figure, table], (ROOT / "workflow/report/page.html.j2").read_text(), "smoke", page)
    text = page.read_text()
    assert '<img src="figures/fig_1.png"' in text and "<td>7</td>" in text
    assert "<strong>Bold</strong> &amp; text" in text
    assert "snakemake --cores 2 fig_1</code>" in text and "table_1 --configfile config/smoke.yaml</code>" in text
    assert '<a href="tables/table_1.csv" download>CSV</a>' in text
    assert "http" not in text and "<script" not in text


def test_captions_are_filled_from_the_config():
    snakemake = SimpleNamespace(config={"scale": "smoke"})
    assert with_values('{{ snakemake.config["scale"] }} scale', snakemake) == "smoke scale"


def test_a_broken_caption_is_an_error(tmp_path):
    with pytest.raises(UndefinedError):
        with_values("{{ snakemake.nothing.at_all }}", SimpleNamespace(config={}))
    with pytest.raises(SystemMessage):
        item("fig_1", [Path("x.png")], "**unclosed", Path("index.html"), "laptop")
