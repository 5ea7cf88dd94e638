"""Holds what a stand-in was asked, and what it answered, against the vendor's own specification."""

import json
import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from openapi_core import OpenAPI
from openapi_core.exceptions import OpenAPIError
from openapi_core.testing import MockRequest, MockResponse
from werkzeug.datastructures import Headers, ImmutableMultiDict

from chatops.sandbox import Asked
from tests.kit import shared


def spec_file(name: str) -> Path:
    """A vendor's specification; skips the test, saying so, where it is not here."""
    named = os.environ.get("CHATOPS_SPECS")
    return Path(named) / name if named else shared(f"specs/{name}")


class Spec:
    """A vendor's OpenAPI specification."""

    def __init__(self, name: str) -> None:
        self.document = _document(spec_file(name))
        self._api = _api(spec_file(name))
        server = urlsplit(self.document["servers"][0]["url"])
        self._host = f"{server.scheme}://{server.netloc}"

    def check_request(self, asked: Asked) -> None:
        """Fail where the specification knows no such request, or wants another body or other parameters."""
        try:
            with _no_warnings():
                self._api.validate_request(self._request(asked))
        except OpenAPIError as error:
            raise AssertionError(f"{_named(asked)}\n{asked.body!r}\n{_explained(error)}") from error

    def check_answer(self, asked: Asked) -> None:
        """Fail where the specification has no such answer to the request."""
        if asked.status is None or asked.fault in {"garbage", "status"}:
            return
        kind = asked.answer_type.split(";", maxsplit=1)[0]
        response = MockResponse(asked.answer, status_code=asked.status, content_type=kind)
        try:
            with _no_warnings():
                self._api.validate_response(self._request(asked), response)
        except OpenAPIError as error:
            raise AssertionError(f"{_named(asked)}\n{asked.answer!r}\n{_explained(error)}") from error

    def check(self, asked: Asked) -> None:
        """Both; the request of a refused one may be wrong on purpose."""
        if asked.status is not None and asked.status < 400:
            self.check_request(asked)
        self.check_answer(asked)

    def _request(self, asked: Asked) -> MockRequest:
        kind = asked.headers.get("Content-Type", "application/json").split(";", maxsplit=1)[0]
        request = MockRequest(
            self._host, asked.method, asked.path, headers=asked.headers, data=asked.body, content_type=kind
        )
        # The mock's own arguments are a dictionary, which holds a repeated one only once.
        request.parameters.query = ImmutableMultiDict(parse_qsl(asked.query, keep_blank_values=True))
        request.parameters.header = Headers(asked.headers)
        return request


@contextmanager
def _no_warnings() -> Iterator[None]:
    """openapi-core warns of the ways to log in that it cannot check, such as OAuth."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Unsupported scheme type")
        yield


@cache
def _document(path: Path) -> Any:
    return json.loads(path.read_text("utf-8"))


@cache
def _api(path: Path) -> OpenAPI:
    return OpenAPI.from_dict(_document(path))


def _named(asked: Asked) -> str:
    return f"{asked.method} {asked.path}?{asked.query} -> {asked.status}"


def _explained(error: OpenAPIError) -> str:
    """The error and what lies below it, as openapi-core puts the reason into its cause."""
    lines = [str(error)]
    cause = error.__cause__
    while cause is not None:
        found = getattr(cause, "schema_errors", ())
        lines += [str(cause), *(f"  {e.json_path}: {e.message[:300]}" for e in found)]
        cause = cause.__cause__
    return "\n".join(lines)
