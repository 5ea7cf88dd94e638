"""Writes the document after a template: the one that comes with chatops, or a team's own."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from chatops.errors import UsageError
from chatops.postmortem.blocks import Block, compute
from chatops.postmortem.facts import Facts
from chatops.postmortem.words import UNKNOWN, moment, shown, took

if TYPE_CHECKING:
    from jinja2.sandbox import SandboxedEnvironment

BUILT_IN: Final = Path(__file__).with_name("postmortem.md.j2")


class BadTemplate(UsageError):
    """The template {place}: {problem}. What it can use: {names}; docs/postmortems.md shows one."""


class Markdown(str):
    """Markdown, which is written as it is; every other text is made to arrive as text."""

    __slots__ = ()


class Rendered(NamedTuple):
    """A document as the template has it; `parts` are the computed ones that it asked for."""

    text: str
    parts: tuple[str, ...]


def render(path: Path | None, facts: Facts) -> Rendered:
    """The document that the template makes of the incident, without its front matter. Raises BadTemplate."""
    from jinja2 import TemplateError

    file = path or BUILT_IN
    used: list[str] = []
    known = variables(facts, used)
    environment = _environment(file.parent)
    try:
        text = environment.get_template(file.name).render(known)
    except Exception as error:  # noqa: BLE001  (an expression of theirs may raise anything)
        line = getattr(error, "lineno", None) or _line(error, file)
        named = getattr(error, "filename", None) or str(file)
        place = f"{named}, line {line}" if line else named
        problem = (error.message if isinstance(error, TemplateError) else None) or _words(error)
        raise BadTemplate(place=place, problem=problem.rstrip("."), names=", ".join(known)) from None
    return Rendered(text, tuple(dict.fromkeys(used)))


def variables(facts: Facts, used: list[str]) -> dict[str, Any]:
    """What a template can use: the keys of the front matter, and what is beside it. The names of computed
    parts that it asks for are added to `used`.
    """
    front = facts.front.keys()
    own = {name: getattr(facts.front, name) for name in facts.front.__struct_fields__ if name != "other"}
    incident = facts.incident
    return {
        **{name: own[name] for name in (*front, *own)},
        "state": incident.state,
        "roles": incident.roles,
        "public_updates": incident.public,
        "computed": _computed(compute(facts), used),
    }


def _computed(blocks: Mapping[str, Block], used: list[str]) -> Callable[[str], Markdown]:
    def computed(name: str) -> Markdown:
        if name not in blocks:
            raise UsageError(f"computed() knows {', '.join(map(repr, blocks))}, not {name!r}")
        used.append(name)
        return Markdown(blocks[name])

    return computed


def _environment(folder: Path) -> "SandboxedEnvironment":
    from jinja2 import FileSystemLoader, StrictUndefined, Undefined
    from jinja2.sandbox import SandboxedEnvironment

    def written(value: object) -> object:
        return value if isinstance(value, Undefined | Markdown) else Markdown(_said(value))

    made = SandboxedEnvironment(
        loader=FileSystemLoader(folder),
        undefined=StrictUndefined,
        finalize=written,  # escapes for Markdown, as `autoescape` would for HTML
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,
    )
    made.filters |= {"markdown": Markdown}
    return made


def _said(value: object) -> str:
    match value:
        case None:
            return UNKNOWN
        case datetime():
            return f"{moment(value)} UTC"
        case timedelta():
            return took(value.total_seconds())
        case _:
            return shown(str(value))


def _line(error: BaseException, file: Path) -> int | None:
    """The line of the template that an error comes from."""
    import traceback

    frames = traceback.extract_tb(error.__traceback__)
    return next((frame.lineno for frame in reversed(frames) if frame.filename == str(file)), None)


def _words(error: Exception) -> str:
    return str(error) or type(error).__name__
