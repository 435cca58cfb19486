"""The report's page: verdicts, tables and figures, of all readings or of one, with captions, commands, numbers; no network."""

import os
import re
import struct
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path

import pandas as pd
from docutils import nodes
from docutils.core import publish_doctree, publish_parts
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from sleep_robustness.files import atomic
from sleep_robustness.imports import PACKAGE
from sleep_robustness.tables.style import of_reading

KINDS = {"fig": "Figure", "table": "Table"}
ROOT = PACKAGE.parents[2]
GUIDES = [ROOT / name for name in ("README.md", "CONTRIBUTING.md")]
STRICTLY = {"report_level": 2, "halt_level": 2}  # a mistake in a caption is an error


def item(
    paper: str,
    called: str,
    name: str,
    files: Sequence[Path],
    caption: str,
    page: Path,
    scale: str,
    readings: Iterable[str],
) -> dict:
    """What the page says of one table or figure of a paper.

    called: "Tadros et al."; name: "fig_1"; files: its outputs, with a figure's images of single readings, "fig_1/printed.png";
    caption: reStructuredText that begins with a title in bold; page: the page's own path, which links are relative to.
    """
    report, kind, number = re.fullmatch(r"(final_)?([a-z]+)_?(\w*)", name).groups()
    called += ", final report" if report else ""
    own = {file.suffix[1:]: file for file in files if file.stem == name}
    images = {file.stem: file for file in files if file.stem != name}
    table = own["html"].read_text(encoding="utf-8") if "html" in own else None
    text = publish_doctree(caption, settings_overrides=STRICTLY)
    title = next(text.findall(nodes.strong), text).astext().rstrip(".")
    option = "" if scale == "laptop" else f" --configfile config/{scale}.yaml"
    return {
        "name": f"{paper}_{name}",
        "heading": f"{called}, {KINDS[kind]} {number}: {title}" if number.isdigit() else f"{called}: {title}",
        "image": _image(own["png"], page) if "png" in own else None,
        "images": {reading: _image(file, page) for reading, file in images.items()},
        "alternative": _beginning(text.astext()),
        "table": table,
        "absent": _absent_from_table(table, readings) if table else _absent_from_figure(own, images, readings),
        "caption": publish_parts(caption, writer="html5", settings_overrides=STRICTLY)["body"],
        "command": f"snakemake --cores 2 {paper}_{name}{option}",
        "links": {kind: _link(file, page) for kind, file in own.items() if kind != "html"},
    }


def with_values(caption: str, snakemake: object) -> str:
    """A caption with its {{ snakemake.config… }} filled in, as Snakemake's own report does it."""
    return Environment(undefined=StrictUndefined).from_string(caption).render(snakemake=snakemake)


def render(
    items: Sequence[dict],
    notices: Sequence[str],
    papers: Sequence[Mapping],
    folder: Path,
    scale: str,
    readings: Mapping[str, str],
    path: Path,
) -> None:
    """Write the page, from the template and the other parts of it in a folder, beside the guides that it links to; notices:
    what stands before all else; papers: of each its name, reference and guides, files of the project with what they are of;
    readings: what each is."""
    parts = Environment(loader=FileSystemLoader(folder), undefined=StrictUndefined, autoescape=True, trim_blocks=True)
    papers = [
        own | {"guides": {_link(ROOT / file, path): says for file, says in own.get("guides", {}).items()}} for own in papers
    ]
    page = parts.get_template("page.html.j2").render(
        items=items,
        notices=notices,
        papers=papers,
        scale=scale,
        readings=readings,
        guides={file.stem: _link(file, path) for file in GUIDES},
    )
    with atomic(path) as temporary:
        temporary.write_text(page, encoding="utf-8")


def _link(file: Path, page: Path) -> str:
    return Path(os.path.relpath(file, page.parent)).as_posix()


def _image(file: Path, page: Path) -> dict:
    """Where a PNG is, and its width and height in CSS pixels, of which ours have 100 an inch, as its header gives them."""
    width, height = (pixels // 2 for pixels in struct.unpack(">II", file.read_bytes()[16:24]))
    return {"link": _link(file, page), "width": width, "height": height}


def _beginning(text: str) -> str:
    """The first two sentences of a caption: its title, and what is drawn."""
    return " ".join(re.split(r"(?<=[.?]) (?=[A-Z])", " ".join(text.split()))[:2])


def _absent_from_table(table: str, readings: Iterable[str]) -> list[str]:
    """The readings of which a table that marks readings has no column, row or cell."""
    marked = {name for names in re.findall(r'data-reading="([^"]*)"', table) for name in names.split()}
    return [reading for reading in readings if marked and reading not in marked]


def _absent_from_figure(own: Mapping[str, Path], images: Collection[str], readings: Iterable[str]) -> list[str]:
    """The readings of which a figure that has an image of each of its paper's shows nothing, another paper's among them."""
    if not images:
        return []
    table = pd.read_csv(own["csv"], usecols=lambda name: name in ("reading", "readings"))
    return [reading for reading in readings if reading not in images or of_reading(table, reading).empty]
