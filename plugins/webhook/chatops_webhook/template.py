"""A body of one's own, in Jinja2, that hostile text cannot break out of."""

import traceback
from typing import Any, Final

import msgspec

from chatops_webhook.settings import Unusable

_NAME: Final = "<template>"
_QUOTED: Final = "a value is written with its quotes already: {{ incident.title }}, not in quotes of yours"


class _Json(str):
    """What is JSON already, and is not written as a text of JSON again."""

    __slots__ = ()


class Template:
    """A template; in JSON every value that it writes becomes JSON, whatever it is.

    Raises Unusable, which names the line, where it is none.
    """

    def __init__(self, source: str, *, is_json: bool) -> None:
        from jinja2 import StrictUndefined, TemplateError
        from jinja2.sandbox import ImmutableSandboxedEnvironment

        # Escaping for HTML would only spoil what is no HTML.
        environment = ImmutableSandboxedEnvironment(
            undefined=StrictUndefined, autoescape=False, finalize=_json if is_json else None
        )
        environment.filters["json"] = environment.filters["tojson"] = _json
        self._is_json = is_json
        try:
            self._template = environment.from_string(source)
        except TemplateError as error:
            line = getattr(error, "lineno", None) or 1
            raise Unusable("template", f"line {line}: {error.message or 'it cannot be read'}") from error

    def render(self, payload: dict[str, Any]) -> bytes:
        """The body for this payload, whose parts are the template's variables.

        Raises Unusable, which names the line, where it cannot be made or is no JSON.
        """
        try:
            body = self._template.render(payload).strip().encode()
        except Exception as error:  # a template may raise anything
            problem = f"{_where(error)}{str(error).rstrip('.') or type(error).__name__}"
            raise Unusable("template", f"{problem}. There are: {', '.join(payload)}") from error
        if self._is_json:
            try:
                msgspec.json.decode(body)
            except (msgspec.DecodeError, RecursionError) as error:
                raise Unusable("template", f"it makes no JSON: {error}; {_QUOTED}") from error
        return body


def _json(value: object) -> _Json:
    if isinstance(value, _Json):
        return value
    return _Json(msgspec.json.encode(value, enc_hook=_as_text).decode())


def _as_text(value: object) -> str:
    """What is neither a value of the payload nor made of some: as text, and an undefined one raises."""
    return str(value)


def _where(error: BaseException) -> str:
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == _NAME]
    return f"line {lines[-1]}: " if lines else ""
