"""The report's page: every table and figure with its caption, command and numbers; no script, no network."""

from collections.abc import Sequence
from pathlib import Path

from docutils.core import publish_parts
from jinja2 import Environment, StrictUndefined

from sleep_robustness.files import atomic

KINDS = {"fig": "Figure", "table": "Table"}


def item(name: str, files: Sequence[Path], caption: str, page: Path, scale: str) -> dict:
    """What the page says of one table or figure: its heading, body, caption, command and files to download.

    name: "fig_1"; files: its outputs; caption: reStructuredText; page: the page's own path, which links are relative to.
    """
    kind, _, number = name.partition("_")
    links = {file.suffix[1:]: file.relative_to(page.parent).as_posix() for file in files}
    text = publish_parts(caption, writer="html5", settings_overrides={"report_level": 2, "halt_level": 2})
    option = "" if scale == "laptop" else f" --configfile config/{scale}.yaml"
    fragment = next((file.read_text() for file in files if file.suffix == ".html"), None)
    return {
        "name": name,
        "heading": f"{KINDS[kind]} {number}" if number else "Does the paper hold?",
        "image": links.get("png"),
        "table": fragment,
        "caption": text["body"],
        "command": f"snakemake --cores 2 {name}{option}",
        "links": {kind: link for kind, link in links.items() if kind != "html"},
    }


def with_values(caption: str, snakemake: object) -> str:
    """A caption with its {{ snakemake.config… }} filled in, as Snakemake's own report does it."""
    return Environment(undefined=StrictUndefined).from_string(caption).render(snakemake=snakemake)


def render(items: Sequence[dict], template: str, scale: str, path: Path) -> None:
    """Write the page."""
    page = Environment(undefined=StrictUndefined, autoescape=True, trim_blocks=True).from_string(template)
    with atomic(path) as temporary:
        temporary.write_text(page.render(items=items, scale=scale))
