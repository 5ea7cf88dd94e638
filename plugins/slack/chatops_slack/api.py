"""Slack's Web API: one method for what reads and one for what writes."""

from collections.abc import Iterator
from functools import cached_property
from typing import Any, Final, TypeVar

import msgspec

from chatops import Gone, Http, Rejected, Unauthorized, Unknown
from chatops_slack.answers import Answer, Page
from chatops_slack.refusals import refusal
from chatops_slack.settings import SlackConfig

#: A remote that always has one more page is asked no further.
MOST_PAGES: Final = 50

A = TypeVar("A", bound=Answer)
P = TypeVar("P", bound=Page)


class Api:
    """Calls Slack's methods for one instance. Each raises the RemoteError that a refusal stands for."""

    def __init__(self, http: Http, config: SlackConfig, instance: str) -> None:
        self.http = http
        self.instance = instance
        self._url = config.url.rstrip("/")
        self._token = config.token

    def read(self, method: str, answer: type[A], **params: str | int) -> A:
        """Ask, which changes nothing."""
        return self._call("GET", method, answer, params=params)

    def write(self, method: str, answer: type[A] = Answer, **body: object) -> A:  # type: ignore[assignment]
        """Change something."""
        return self._call("POST", method, answer, json=body)

    def pages(self, method: str, answer: type[P], **params: str | int) -> Iterator[P]:
        """Ask for one page after the other. Raises Rejected where they do not end."""
        for _ in range(MOST_PAGES):
            page = self.read(method, answer, **params)
            yield page
            if not page.next:
                return
            params["cursor"] = page.next
        raise Rejected(f"Slack answered {method} with more than {MOST_PAGES} pages; not all of it was read.")

    def scopes(self) -> frozenset[str]:
        """What the token may do, which Slack says in a header; empty where it does not."""
        response = self.http.session.get(
            self.address("auth.test"), headers=self.headers() | {"Accept": "application/json"}
        )
        try:
            found = msgspec.json.decode(response.content, type=Answer)
        except msgspec.MsgspecError as error:
            raise self.lost("auth.test", "what it should have") from error
        if not found.ok:
            raise self.refused("auth.test", found, writes=False)
        said = str(response.headers.get("x-oauth-scopes", ""))
        return frozenset(scope.strip() for scope in said.split(",") if scope.strip())

    def address(self, method: str) -> str:
        """Where a method is called."""
        return f"{self._url}/{method}"

    def headers(self) -> dict[str, str]:
        """What every request carries. Raises Unauthorized where the token cannot be read."""
        return {"Authorization": f"Bearer {self._bearer}"}

    @cached_property
    def _bearer(self) -> str:
        # Read once for a call: a command of a password manager takes its time.
        try:
            return self._token.reveal()
        except ValueError as error:
            raise Unauthorized(f"plugins.{self.instance}.token: {error}") from error

    def lost(self, method: str, what: str) -> Unknown:
        """The error for an answer that says yes and leaves out what was asked for."""
        return Unknown(f"Slack answered {method} without {what}.")

    def _call(self, verb: str, method: str, answer: type[A], **more: Any) -> A:
        headers = self.headers()
        if "json" in more:
            # Slack warns of a text whose encoding it is not told.
            headers["Content-Type"] = "application/json; charset=utf-8"
        try:
            found = self.http.request(verb, self.address(method), answer=answer, headers=headers, **more)
        except Gone as error:
            # Slack itself answers every method with 200.
            setting = f"plugins.{self.instance}.url"
            raise Rejected(f"{error} {setting} should be https://slack.com/api.") from error
        if not found.ok:
            raise self.refused(method, found, writes=verb == "POST")
        return found

    def refused(self, method: str, answer: Answer, *, writes: bool) -> Exception:
        """The error that a refusal stands for; its `answer` has Slack's own name for it."""
        name = answer.error or "unknown_error"
        error = refusal(self.instance, method, name, answer.needed, answer.provided, writes=writes)
        error.answer = {"ok": False, "error": name}
        return error


def reason(error: Exception) -> str:
    """Slack's own name for why it refused; empty for any other error."""
    answer = getattr(error, "answer", None)
    return str(answer.get("error", "")) if isinstance(answer, dict) else ""
