"""Tables as Markdown and HTML: what says which reading it is of, and what a cell may not smuggle in."""

import re

import pandas as pd

from sleep_robustness.tables.claims import Verdict
from sleep_robustness.tables.markup import ByReading, html, markdown

SHOWN = pd.DataFrame(
    {
        "Reading": ["printed", "printed, audited_2", "–"],
        "Ours, printed reading, L2 ≤ 1": ["1", "a <b>", "3"],
        "Audited_2 reading": [ByReading((("printed, audited_2", "<why>."),)), ByReading(()), "–"],
    }
)


def test_columns_rows_and_parts_of_cells_say_their_reading():
    text = html(SHOWN)
    heads = re.findall(r'<th scope="col"(?: data-reading="(\w+)")?>', text)
    assert heads == ["", "printed", "audited_2"]
    assert re.findall(r'<tr(?: data-reading="([\w ]+)")?>', text) == ["", "printed", "printed audited_2", ""]
    assert text.count('<td data-reading="printed">') == text.count('<td data-reading="audited_2">') == 3
    assert '<details data-reading="printed audited_2"><summary>printed, audited_2</summary>&lt;why&gt;.</details>' in text
    assert "a &lt;b&gt;" in text and text.count("–") == 3


def test_markdown_says_the_same_in_no_more_room_than_it_takes():
    lines = markdown(SHOWN).splitlines()
    assert lines[1] == "| --- | --- | --- |" and lines[2] == "| printed | 1 | printed, audited_2: <why>. |"
    assert lines[3] == "| printed, audited_2 | a <b> | – |"


def test_a_verdict_stands_before_what_decides_it():
    cell = Verdict(("holds", "refuted", "cannot be tested"), ("a < b.", "c."))
    assert str(cell) == "1 of 2 hold (1 holds, 1 refuted, 1 cannot be tested). a < b. c."
    assert cell.__html__() == (
        '<strong class="verdict mixed">1 of 2 hold</strong>'
        "<details><summary>1 holds, 1 refuted, 1 cannot be tested</summary><ul><li>a &lt; b.</li><li>c.</li></ul></details>"
    )
    assert '<strong class="verdict not-shown">Not shown</strong>' in Verdict(("not shown",), ()).__html__()
