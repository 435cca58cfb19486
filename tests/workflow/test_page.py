"""The page in a real browser: it opens from disk, shows one reading or all, sorts, and suits a phone and paper."""

import shutil

import numpy as np
import pandas as pd
import pytest
from conftest import CONFIG, ROOT
from playwright.sync_api import expect, sync_playwright

from sleep_robustness.claims import decide
from sleep_robustness.page import item, render
from sleep_robustness.papers.tadros.plots.fig_1 import fig_1
from sleep_robustness.papers.tadros.tables.table_2 import table_2
from sleep_robustness.papers.tadros.tables.table_linf import table_linf
from sleep_robustness.plots.style import save
from sleep_robustness.tables.claims import claims_table
from sleep_robustness.tables.curves import accuracy_curves
from sleep_robustness.tables.style import write

DEFENCES = {"defences": {"control": "released", "sleep": "released"}, "distortions": {}}
READINGS = {
    "printed": DEFENCES | {"attacks": {"fgsm": "loss"}},
    "audited": DEFENCES | {"attacks": {"fgsm": "margin", "pgd": "linf"}},
    "mine": DEFENCES | {"attacks": {}},
}
CLAIMS = {
    "T1": {"says": "It is still right.", "where": "p. 7", "parts": [{"strength": 0.1, "above": 0.5, "printed": 0.9}]},
    "T2": {"says": "It is wrong.", "where": "p. 8", "parts": [{"strength": [0.1, 0.2], "below": 0.85}]},
}
ASKED = {"attack": "fgsm", "dataset": "mnist", "measure": "accuracy", "of": "sleep"}
CAPTION = "**A title.** What it shows. " + "It goes on for long, and names a_file_whose_name_has_no_place_to_break_it. " * 5


def summary():
    """Accuracy of two networks under two FGSMs and PGD."""
    row = {"dataset": "mnist", "variant": "released", "seed": "mean", "measure": "accuracy", "note": "", "distortion": np.nan}
    row |= {"examples": 300, "networks": 3, "distortion_variant": np.nan}
    return pd.DataFrame(
        row | {"defence": defence, "attack": attack, "attack_variant": own, "strength": strength, "value": value}
        | {"low": value - 0.05, "high": value + 0.05, "low_without": value - 0.06, "high_without": value + 0.06}
        for defence, better in (("control", 0), ("sleep", 0.02))
        for attack, own, slope in (("fgsm", "loss", 1), ("fgsm", "margin", 2), ("pgd", "linf", 3))
        for strength in (0.1, 0.2)
        for value in [0.9 + better - slope * strength]
    )  # fmt: skip


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    """A page of verdicts, a figure, a table whose rows are of readings, and one that is of none, all by the project's code."""
    folder = tmp_path_factory.mktemp("reports")
    rows, claims = summary(), {name: ASKED | claim for name, claim in CLAIMS.items()}
    columns = ["dataset", "defence", "variant", "attack", "attack_variant", "check", "passed", "failed", "says"]
    checks = pd.DataFrame(columns=columns).astype({"passed": bool, "failed": bool})
    decided = decide(claims, rows, pd.DataFrame(columns=["reading"]), checks, {}, READINGS, ["mnist"])
    used = {"epochs": "2", "batch": "100", "learning_rate": "0.1", "momentum": "0.5", "rate": "-3", "dropout": "–"}
    training = pd.DataFrame({"dataset": "mnist", "parameter": list(used), "used": list(used.values())})
    for name, tables in {
        "claims": (decided, claims_table(decided, claims)),
        "table_2": table_2(training, pd.DataFrame(columns=["dataset", "parameter", "printed"])),
        "table_linf": table_linf(rows, checks, READINGS),
    }.items():
        not_run = [] if name == "claims" else ["cub200"]
        write(*tables, *(str(folder / f"{name}.{kind}") for kind in ("csv", "md", "html")), not_run)
    curves = accuracy_curves(rows, rows[:0], READINGS, "attacks", ["fgsm"])
    images = [folder / f"fig_1/{reading}.png" for reading in READINGS]
    save(fig_1, curves, *(folder / f"fig_1.{kind}" for kind in ("csv", "pdf", "png")), images)
    names, page = ("claims", "fig_1", "table_linf", "table_2"), folder / "index.html"
    files = {name: sorted([*folder.glob(f"{name}.*"), *folder.glob(f"{name}/*")]) for name in names}
    items = [item("tadros", "Tadros et al.", name, files[name], CAPTION, page, "laptop", READINGS) for name in names]
    render(items, [], [CONFIG], ROOT / "workflow/report", "laptop", dict.fromkeys(READINGS, "what it is"), page)
    return page


@pytest.fixture(scope="module")
def browser():
    """A headless Chromium of this machine."""
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if not found:
        pytest.skip("THERE IS NO CHROMIUM HERE, in which the page is tested: install Debian's package chromium, or Chrome")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=found)
        yield browser
        browser.close()


@pytest.fixture
def page(browser, path):
    """The page, opened from disk. Whatever goes wrong in it, or is asked of a network, fails the test."""
    with browser.new_context(viewport={"width": 1280, "height": 900}) as context:
        page, wrong = context.new_page(), []
        page.on("console", lambda message: wrong.append(message.text))
        page.on("pageerror", lambda error: wrong.append(str(error)))
        # an image whose loading is given up, since the page is left, is not missing
        page.on("requestfailed", lambda request: request.failure == "net::ERR_ABORTED" or wrong.append(request.url))
        page.on("request", lambda request: request.url.startswith(("file:", "data:")) or wrong.append(request.url))
        page.goto(path.as_uri())
        yield page
        assert not wrong


def texts(page, selector):
    """What the elements say that are to be seen."""
    return page.locator(f"{selector}:visible").all_inner_texts()


def images(page):
    """The figure's images that are to be seen, each of which is there."""
    page.locator("#tadros_fig_1").scroll_into_view_if_needed()
    shown = page.locator("#tadros_fig_1 img:visible")
    for image in shown.all():
        image.evaluate("image => image.decode()")
    return [source.partition("fig_1")[2] for source in shown.evaluate_all("all => all.map(image => image.src)")]


def test_the_verdicts_come_first_and_their_numbers_open(page):
    headings = page.locator("h1, h2, h3").evaluate_all("all => all.map(one => one.tagName + one.textContent)")
    assert [one[:2] for one in headings] == ["H1", "H2", "H2", "H3", "H2", "H2", "H2"]
    assert headings[1] == "H2Tadros et al.: A title"
    first = page.locator("#tadros_claims tbody tr").first
    assert first.locator(".verdict").all_inner_texts() == ["Holds", "Holds", "Cannot be tested"]
    numbers = first.get_by_text("Sleep, FGSM on MNIST, accuracy at 0.1: 0.820 [0.770, 0.870]").first
    expect(numbers).to_be_hidden()
    first.locator("summary").first.click()
    expect(numbers).to_be_visible()


def test_a_reader_finds_how_to_run_and_to_add(page):
    assert page.locator("#tadros_fig_1 code").inner_text() == "snakemake --cores 2 tadros_fig_1"
    assert page.get_by_role("link", name="CONTRIBUTING.md").get_attribute("href").endswith("CONTRIBUTING.md")
    page.get_by_role("link", name="Tadros et al., Figure 1: A title").click()
    assert page.url.endswith("#tadros_fig_1")


def test_columns_sort_both_ways_by_number_or_text(page):
    def column(number):
        return texts(page, f"#tadros_table_2 tbody td:nth-child({number})")

    head = page.locator("#tadros_table_2 thead th").nth(3)
    head.click()
    assert column(4)[:5] == ["-3", "0.1", "0.5", "2", "100"] and head.get_attribute("aria-sort") == "ascending"
    head.get_by_role("button").press("Enter")
    assert column(4)[:5] == ["100", "2", "0.5", "0.1", "-3"] and head.get_attribute("aria-sort") == "descending"
    assert column(4)[5:] == ["–", "–"], "what has no number stands last both ways"
    page.locator("#tadros_table_2 thead th").nth(1).get_by_role("button").press("Space")
    assert column(2)[:3] == ["batch", "dropout", "epochs"]
    assert page.locator("#tadros_table_2 [aria-sort]").count() == 1
    linf = page.locator("#tadros_table_linf thead th").filter(has_text="PGD")
    linf.click()
    cells = texts(page, "#tadros_table_linf tbody td:nth-child(6)")
    assert [cell.split()[0] for cell in cells] == ["0.300", "0.320", "0.600", "0.620", "–"]


def test_one_reading_is_shown_alone_and_kept_in_the_address(page):
    assert images(page) == [".png"] and len(texts(page, "#tadros_claims thead th")) == 6
    page.get_by_role("radio", name="all").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    assert page.get_by_role("radio", name="audited").is_checked() and page.url.endswith("?reading=audited")
    page.reload()
    assert images(page) == ["/audited.png"]
    assert texts(page, "#tadros_claims thead th") == ["Claim", "What it says", "Audited reading", "Where"]
    assert set(texts(page, "#tadros_table_linf tbody td:first-child")) == {"audited", "–"}
    page.get_by_role("radio", name="printed").check()
    assert images(page) == ["/printed.png"] and texts(page, "#tadros_claims thead th")[2] == "Printed reading"
    assert texts(page, "#tadros_table_linf tbody td:first-child") == ["–"]
    assert texts(page, "#tadros_table_linf .alone") == ["Nothing here is of the printed reading."]
    page.get_by_role("radio", name="mine").check()
    assert images(page) == [] and texts(page, "#tadros_fig_1 .alone") == ["Nothing here is of the mine reading."]
    page.get_by_role("radio", name="all").check()
    assert "reading=" not in page.url and images(page) == [".png"]


def test_the_switch_stays_in_view_and_a_link_to_the_verdicts_comes_first(page):
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the verdicts"
    page.locator("#tadros_table_2").scroll_into_view_if_needed()
    page.mouse.wheel(0, 10_000)
    expect(page.get_by_role("radio", name="audited")).to_be_in_viewport()


@pytest.mark.parametrize("reading", ["", "?reading=audited"])
def test_nothing_sticks_out_on_a_phone(page, path, reading):
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(path.as_uri() + reading)
    page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    expect(page.locator("#tadros_claims .verdict:visible").first).to_be_in_viewport()


def test_paper_shows_everything(page):
    page.get_by_role("radio", name="audited").check()
    page.emulate_media(media="print")
    assert images(page) == [".png"] and len(texts(page, "#tadros_claims thead th")) == 6
    assert set(texts(page, "#tadros_table_linf tbody td:first-child")) == {"audited", "–"}
    expect(page.locator("#tadros_claims li").first).to_be_visible()
    expect(page.locator(".switch")).to_be_hidden()


def test_without_javascript_everything_is_shown(browser, path):
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(path.as_uri())
        expect(page.locator("#tadros_fig_1 img").first).to_be_visible()
        for name in ("Printed", "Audited", "Mine"):
            expect(page.get_by_role("columnheader", name=f"{name} reading")).to_be_visible()
