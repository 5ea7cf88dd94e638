"""A page as files: HTML, Atom and JSON."""

import base64
import hashlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from jinja2 import BaseLoader, Environment, FileSystemLoader, StrictUndefined, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from chatops import Rejected
from chatops_status_html import api, words
from chatops_status_html.files import GENERATOR
from chatops_status_html.page import Page

_TEMPLATES = Path(__file__).with_name("templates")
_COLOURS = {
    "ok": "#18794e",
    "maintenance": "#1d5fae",
    "notice": "#1d5fae",
    "minor": "#8a5d00",
    "major": "#b54708",
    "critical": "#b42318",
}


def files(page: Page, setting: str) -> Iterator[tuple[str, bytes]]:
    """Every file of the page and what it holds, the most important first.

    Raises Rejected, which names the settings below `setting`, for a template or logo that cannot be
    used.
    """
    try:
        logo = page.config.logo_uri
    except (OSError, ValueError) as error:
        raise Rejected(f"{setting}.logo cannot be used: {error}") from None
    common = {"page": page, "logo": logo, "style": _style(page), "icon": _icon(page.state)}
    yield "index.html", _index(page, common, f"{setting}.template")
    yield "history.atom", _render("history.atom", common)
    for name, content in (("incidents.json", api.incidents(page)), ("summary.json", api.summary(page))):
        yield name, content
        yield f"api/v2/{name}", content
    for incident in (*page.older, *page.incidents):
        # Nothing here depends on the other incidents, so that the page is written only for its own news.
        own = {"incident": incident, "icon": _icon(incident.state), "root": "../"}
        yield incident.href, _render("incident.html", common | own)


def _index(page: Page, common: dict[str, object], setting: str) -> bytes:
    if not page.config.template:
        return _render("index.html", common)
    try:
        source = Path(page.config.template).expanduser().read_text("utf-8")
        template = _environment().from_string(source)
        return (template.render(common) + "\n").encode()
    # Somebody else's template can go wrong in any of these ways, and none is a defect of ours.
    except (TemplateError, OSError, TypeError, ValueError, ArithmeticError, LookupError) as error:
        line = f", line {error.lineno}" if hasattr(error, "lineno") else ""
        raise Rejected(f"{setting} cannot be rendered{line}: {error}") from error


def _render(name: str, variables: dict[str, object]) -> bytes:
    return (_environment().get_template(name).render(variables) + "\n").encode()


@cache
def _environment() -> Environment:
    loader: BaseLoader = FileSystemLoader(_TEMPLATES)
    environment = ImmutableSandboxedEnvironment(
        autoescape=True, loader=loader, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters |= {
        "linked": words.linked,
        "broken": words.broken,
        "iso": words.iso,
        "shown": words.shown,
        "day": words.day,
    }
    environment.globals |= {"generator": GENERATOR, "csp": _csp, "root": "", "labels": words.COMPONENT}
    return environment


def _style(page: Page) -> Markup:
    """Our own style sheet, in the page's accent; nothing in it is anybody's words."""
    sheet = (_TEMPLATES / "style.css").read_text("utf-8")
    return Markup(sheet.replace("#3b5bdb", page.config.accent))  # noqa: S704


def _csp(style: str) -> str:
    """A policy that lets the page load nothing, run nothing, and use only this style sheet."""
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; base-uri 'none'; form-action 'none'"
    )


def _icon(state: str) -> str:
    """A dot in the colour of the state, for the browser's tab."""
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16">'
        f'<circle cx="8" cy="8" r="7" fill="{_COLOURS[state]}"/></svg>'
    )
    return f"data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()}"
