"""A page without scripts, which loads nothing: to be read, mailed, printed, or put on a wiki."""

import base64
import hashlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from chatops.cli.output import here, say
from chatops.cli.remarks import write_file
from chatops.events import utcnow

_TEMPLATES: Final = Path(__file__).with_name("templates")


def rendered(
    template: str, styles: Sequence[str], filters: Mapping[str, Callable[..., object]], **values: Any
) -> str:
    """The page of a template. It gets these values, the style sheets as one `style`, whose `digest` allows
    them and nothing else, and in `made` when that was, in the user's zone. All words are escaped.
    """
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup

    environment = Environment(
        autoescape=True,
        loader=FileSystemLoader(_TEMPLATES),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= filters
    style = "".join((_TEMPLATES / name).read_text("utf-8") for name in styles)
    return environment.get_template(template).render(
        style=Markup(style),  # noqa: S704  (nothing in it is anybody's words)
        digest=base64.b64encode(hashlib.sha256(style.encode()).digest()).decode(),
        made=f"{here(utcnow()):%Y-%m-%d %H:%M %Z}",
        **values,
    )


def save(page: str, file: Path, about: str) -> None:
    """Write a page, and the folders above it, and say so with what it is about; `-` is standard output.

    Raises UsageError where it cannot be written.
    """
    if str(file) == "-":
        say(page)
        return
    write_file(file, page)
    say(f"Wrote {file}: {about}")
