"""A report as one HTML file that works offline. Lays out what a page says; decides nothing.

The page loads nothing, from nowhere: its policy allows its own style and its own script and forbids the rest.
It can be read without the script; only the search of the list needs it.
"""

from __future__ import annotations

import base64
import hashlib
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from groupmigrate import __version__
from groupmigrate.report import diagram as drawing
from groupmigrate.report.draft import draft_of
from groupmigrate.report.lettering import printable
from groupmigrate.report.page import Page

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup


def write_html(page: Page, path: Path) -> None:
    """Write the page (UTF-8, mode 0600); raises DiskError, and leaves what was there if it cannot."""
    script = _text("page.js")
    write_page(
        "page.html",
        path,
        page=page,
        drawing=drawing,
        diagram=drawing.diagram(page.flows),
        script=script,
        script_hash=_hash(script),
    )


def write_page(template: str, path: Path, **values: Any) -> None:
    """Write a page of this house from a template of its own, part by part, as `write_html` does."""
    style = _text("page.css")
    page = _environment().get_template(template)
    parts = page.stream(style=style, style_hash=_hash(style), version=__version__, **values)
    parts.enable_buffering(200)
    with draft_of(path) as draft, draft.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(parts)


def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("groupmigrate", "report/templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        # names come from shops, and so from anybody: letters that steer a terminal or turn text around go
        finalize=lambda value: printable(value) if type(value) is str else value,
    )
    environment.filters["number"] = lambda count: f"{count:,}"
    environment.filters["slug"] = lambda words: words.replace(" ", "-")
    environment.filters["marked"] = _marked
    return environment


def _marked(words: str) -> Markup:
    """The catalogue's words, with `commands` set as code."""
    from markupsafe import Markup, escape

    parts = enumerate(words.split("`"))
    return Markup().join(
        Markup("<code>{}</code>").format(part) if place % 2 else escape(part) for place, part in parts
    )


def _text(name: str) -> str:
    return files("groupmigrate").joinpath("report", "templates", name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
