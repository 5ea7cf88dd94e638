"""Confluence's API, as far as it is needed, and what goes wrong with it in words that name a setting."""

import base64
import json
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any, Final, TypeVar
from urllib.parse import parse_qs, urlsplit

import msgspec

from chatops import Gone, Http, Rejected, RemoteError, Unauthorized
from chatops_confluence.answers import (
    PROPERTY,
    Hit,
    Hits,
    Page,
    Pages,
    Property,
    Space,
    Spaces,
    Wrote,
    message_of,
)
from chatops_confluence.settings import ConfluenceConfig

#: Specification of `createPage`: 413 beyond 5 MB, which leaves something to its headers.
LARGEST: Final = 5_000_000 - 10_000
#: With bodies a search gives no more at once (support.atlassian.com, "Searching for content with the REST
#: API and CQL always limits results to 50").
AT_ONCE: Final = 50
#: So many parts of a list are read, against a list that never ends.
MOST_PARTS: Final = 200
_ABOUT_TITLE: Final = frozenset({HTTPStatus.BAD_REQUEST, HTTPStatus.CONFLICT})

T = TypeVar("T")


class Api:
    """The API of one site."""

    def __init__(self, http: Http, config: ConfluenceConfig, instance: str) -> None:
        self._http = http
        self.config = config
        self._instance = instance

    def setting(self, key: str) -> str:
        """The whole name of the instance's setting."""
        return f"plugins.{self._instance}.{key}"

    def space(self, key: str) -> Space | None:
        """The space with this key."""
        found = self._ask("GET", "api/v2/spaces", Spaces, params={"keys": key}).results
        return next((space for space in found if space.key.casefold() == key.casefold()), None)

    def spaces(self) -> tuple[Space, ...]:
        """Spaces that the account may see, as many as an error lists."""
        params = {"limit": AT_ONCE, "type": "global"}
        return self._ask("GET", "api/v2/spaces", Spaces, params=params).results

    def page(self, page: str, version: int | None = None) -> Page:
        """A page as it is now, or as it was. Raises Gone where it was deleted."""
        params: dict[str, Any] = {"body-format": "storage"}
        params |= {"version": version} if version else {"include-properties": "true"}
        return self._ask("GET", f"api/v2/pages/{page}", Page, params=params)

    def titled(self, space: str, title: str) -> Page | None:
        """The page of the space with this title, without its body; a space has each title once."""
        params = {"space-id": space, "title": title}
        found = self._ask("GET", "api/v2/pages", Pages, params=params).results
        return found[0] if found else None

    def labelled(self, label: str, space: str = "", *, bodies: bool = False) -> Iterator[Hit]:
        """The pages with this label, of one space or of all, as far as the index knows them."""
        cql = f"type = page and label = {_quoted(label)}"
        params: dict[str, Any] = {
            "cql": f"space = {_quoted(space)} and {cql}" if space else cql,
            "limit": AT_ONCE,
        }
        if bodies:
            params["expand"] = f"body.storage,metadata.properties.{PROPERTY}"
        for _ in range(MOST_PARTS):
            part = self._ask("GET", "rest/api/content/search", Hits, params=params)
            # Only the first part may say where all of them are read.
            yield from (msgspec.structs.replace(hit, links=_based(hit, part)) for hit in part.results)
            cursor = parse_qs(urlsplit(part.links.next).query).get("cursor")
            if not cursor or not part.results:
                return
            params["cursor"] = cursor[0]

    def create(self, space: str, parent: str, title: str, body: str) -> Page:
        """A new page. Raises Rejected where its title is taken; see `is_about_title`."""
        said = {"spaceId": space, "status": "current", "title": title, "body": _written(body)}
        if parent:
            said["parentId"] = parent
        hint = f"Check {self.setting('space')} and {self.setting('parent')}."
        try:
            return self._send("POST", "api/v2/pages", Page, said, hint)
        except Gone as error:
            # Nothing of ours is gone: it is the space or the parent that is not there, or not to be seen.
            raise Rejected(f"{error} {hint}") from error

    def change(self, page: Page, title: str, body: str, digest: str) -> Page:
        """Write the next version. Raises Rejected, with the status 409, where somebody was faster."""
        version = {"number": page.version.number + 1, "message": message_of(digest)}
        said = {"id": page.id, "status": "current", "title": title, "body": _written(body)}
        return self._send("PUT", f"api/v2/pages/{page.id}", Page, said | {"version": version})

    def label(self, page: str, labels: list[str]) -> None:
        """Add labels; one that is there already stays."""
        said = [{"prefix": "global", "name": name} for name in labels]
        # The second version of the API can only read them.
        self._send("POST", f"rest/api/content/{page}/label", object, said, f"Check {self.setting('labels')}.")

    def remember(self, page: str, known: Property | None, wrote: Wrote) -> None:
        """Write our property."""
        path = f"api/v2/pages/{page}/properties"
        said: dict[str, Any] = {"key": PROPERTY, "value": msgspec.to_builtins(wrote)}
        if known is None:
            self._send("POST", path, object, said)
            return
        number = known.version.number if known.version else 0
        self._send("PUT", f"{path}/{known.id}", object, said | {"version": {"number": number + 1}})

    def url_of(self, page: Page | Hit) -> str:
        """Where people read the page."""
        base = page.links.base or self.config.wiki
        return f"{base}{page.links.webui}" if page.links.webui else f"{base}/pages/{page.id}"

    def _send(self, method: str, path: str, answer: type[T], body: Any, hint: str = "") -> T:
        check_size(len(json.dumps(body)))
        return self._ask(method, path, answer, json=body, hint=hint)

    def _ask(self, method: str, path: str, answer: type[T], *, hint: str = "", **more: Any) -> T:
        headers = {"Authorization": self._authorization()}
        url = f"{self.config.wiki}/{path}"
        try:
            return self._http.request(method, url, answer=answer, headers=headers, **more)
        except (Unauthorized, Rejected) as error:
            raise self._explained(error, hint) from error

    def _authorization(self) -> str:
        try:
            token = self.config.token.reveal()
        except ValueError as error:
            raise Unauthorized(f"{self.setting('token')}: {error}") from None
        pair = base64.b64encode(f"{self.config.user}:{token}".encode()).decode()
        return f"Basic {pair}"

    def _explained(self, error: RemoteError, hint: str) -> RemoteError:
        credentials = f"{self.setting('token')} and {self.setting('user')}"
        made: RemoteError
        if isinstance(error, Unauthorized) and error.status == HTTPStatus.FORBIDDEN:
            made = Unauthorized(
                f"{error} The account of {credentials} lacks a permission in the space, or a scope."
            )
        elif isinstance(error, Unauthorized):
            made = Unauthorized(f"{error} Check {credentials}.")
        else:
            redirected = error.status is None or error.status < HTTPStatus.BAD_REQUEST
            advice = f"Check {self.setting('url')}." if redirected else hint
            made = Rejected(f"{error} {advice}".rstrip())
        made.status, made.answer = error.status, error.answer
        return made


def check_size(size: int) -> None:
    """Raise Rejected for what is larger than Confluence takes, in bytes."""
    if size > LARGEST:
        raise Rejected("The post-mortem is larger than 5 MB as a page, and Confluence takes no larger one.")


def is_about_title(error: RemoteError) -> bool:
    """Whether the title may be what Confluence refused; its words for that differ."""
    return error.status in _ABOUT_TITLE


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _written(body: str) -> dict[str, str]:
    return {"representation": "storage", "value": body}


def _based(hit: Hit, part: Hits) -> Any:
    return msgspec.structs.replace(hit.links, base=hit.links.base or part.links.base)
