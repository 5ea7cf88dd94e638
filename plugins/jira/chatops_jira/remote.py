"""The way to one Jira: the `jira` library's session and addresses, on our own transport."""

import base64
import json
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import quote

import msgspec

from chatops import Http, Unauthorized, Unavailable, Unknown
from chatops_jira.explain import Names
from chatops_jira.settings import JiraConfig

if TYPE_CHECKING:
    from jira import JIRA

T = TypeVar("T")


def path_of(key: str, *more: str) -> str:
    """The path of a ticket, or of what belongs to it."""
    return "/".join(["issue", quote(key, safe=""), *more])


class Remote:
    """Sends each thing in one request.

    The library's own methods ask for more: its `create_issue` takes no properties, `update` reads the
    issue again, `add_remote_link` asks for all application links, `add_watcher` looks the person up, and
    a search first loads every field that there is.
    """

    def __init__(self, http: Http, names: Names) -> None:
        self.config = config = names.config
        self.names = names
        self._http = http
        try:
            token = config.token.reveal()
        except ValueError as error:
            raise Unauthorized(f"{names.setting('token')}: {error}") from None
        pair = f"{config.user}:{token}".encode()
        encoded = f"Basic {base64.b64encode(pair).decode()}" if config.cloud else f"Bearer {token}"
        self._authorization = encoded
        self._client = _client(config, token)
        http.mount(self._client._session)  # noqa: SLF001  (the library has no other door to it)

    def get(self, path: str, answer: type[T], **params: Any) -> T:
        """What Jira says."""
        found: T = self._send("GET", path, answer, params=params)
        return found

    def post(self, path: str, body: Any, answer: Any = Any) -> Any:
        """Create something."""
        return self._send("POST", path, answer, data=json.dumps(body))

    def put(self, path: str, body: Any) -> None:
        """Change something."""
        self._send("PUT", path, Any, data=json.dumps(body))

    def read(self, path: str, body: Any, answer: type[T]) -> T:
        """A question that is asked by POST: a dry run sends it, and it may be repeated."""
        headers = {"Authorization": self._authorization}
        url = self._url(path)
        return self._http.request("POST", url, answer=answer, json=body, headers=headers, reads=True)

    def _send(self, method: str, path: str, answer: Any, **more: Any) -> Any:
        response = self._client._session.request(method, self._url(path), **more)  # noqa: SLF001
        try:
            return msgspec.convert(response.json() if response.content else None, answer)
        except msgspec.ValidationError as error:
            said = f"The answer to {method} {self._url(path)} cannot be understood: {error}."
            raise (Unavailable(said) if method == "GET" else Unknown(said)) from error

    def _url(self, path: str) -> str:
        return self._client._get_url(path)  # noqa: SLF001


def _client(config: JiraConfig, token: str) -> "JIRA":
    from jira import JIRA

    # As bytes, since requests would write a text in Latin-1. With credentials in the session itself,
    # requests does not look into ~/.netrc.
    basic: Any = (config.user.encode(), token.encode())
    return JIRA(
        server=config.server,
        options={"rest_api_version": "3" if config.cloud else "2"},
        basic_auth=basic if config.cloud else None,
        token_auth=None if config.cloud else token,
        get_server_info=False,
        max_retries=0,
        logging=False,
    )
