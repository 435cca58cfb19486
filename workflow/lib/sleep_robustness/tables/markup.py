"""Tables as Markdown, and as HTML whose columns, rows and parts of cells say which reading they belong to.

The page shows one reading by these marks, the attribute `data-reading`: a column is of a reading if its title says so ("Ours,
printed reading"), a row if the column "Reading" does. A cell may be an object with `__str__` for Markdown and `__html__`.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd
from jinja2 import Environment
from markupsafe import Markup
from tabulate import DataRow, TableFormat

BESIDE_EACH_OTHER = DataRow("| ", " | ", " |")
UNPADDED = TableFormat(
    lineabove=None,
    linebelowheader=lambda widths, alignments: "|" + " --- |" * len(widths),
    linebetweenrows=None,
    linebelow=None,
    headerrow=BESIDE_EACH_OTHER,
    datarow=BESIDE_EACH_OTHER,
    padding=0,
    with_header_hide=None,
)
TABLE = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True).from_string("""\
{% macro mark(readings) %}{% if readings %} data-reading="{{ readings }}"{% endif %}{% endmacro %}
<table>
<thead><tr>
{% for title in titles %}
<th scope="col"{{ mark(of_column[title]) }}>{{ title }}</th>
{% endfor %}
</tr></thead>
<tbody>
{% for row in rows %}
<tr{{ mark(row.readings) }}>
{% for title in titles %}
<td{{ mark(of_column[title]) }}>{{ row[title] }}</td>
{% endfor %}
</tr>
{% endfor %}
</tbody>
</table>
""")


@dataclass(frozen=True)
class ByReading:
    """A cell with texts for readings, on the page under their names, which open. texts: (names joined by ", ", text)."""

    texts: Sequence[tuple[str, str]]

    def __str__(self) -> str:
        return " ".join(f"{names}: {text}" for names, text in self.texts) or "–"

    def __html__(self) -> str:
        part = Markup('<details data-reading="{}"><summary>{}</summary>{}</details>')
        return Markup().join(part.format(_marks(names), names, text) for names, text in self.texts) or "–"


def markdown(shown: pd.DataFrame) -> str:
    """A table as Markdown, its cells as wide as what they say."""
    return shown.map(str).to_markdown(index=False, disable_numparse=True, stralign=None, tablefmt=UNPADDED) + "\n"


def html(shown: pd.DataFrame) -> str:
    """A table as an HTML fragment."""
    named = {title: re.search(r"(\w+) reading\b", title) for title in shown}
    of_column = {title: found[1].lower() if found else "" for title, found in named.items()}
    rows = [row | {"readings": _marks(row.get("Reading", ""))} for row in shown.to_dict("records")]
    return TABLE.render(titles=list(shown), rows=rows, of_column=of_column)


def _marks(names: str) -> str:
    """Readings joined by ", ", or "–" for none, as an attribute."""
    return " ".join(re.findall(r"\w+", names))
