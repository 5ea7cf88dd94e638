"""A remote for plugins whose own has no stand-in: whatever is posted to it is there afterwards."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, ClassVar, Final

import msgspec
from markupsafe import Markup
from werkzeug.wrappers import Request, Response

from chatops.events import utcnow
from chatops.sandbox.standin import Refused, StandIn, answer, route

JSON = dict[str, Any]
#: What a dry run makes up is called so: no remote has an object of that name.
MADE_UP: Final = "rehearsal"
_IDENTITY: Final = re.compile(rf"({MADE_UP})?[0-9]+")


@dataclass
class Kept:
    """One object: its fields, and when it was made."""

    fields: JSON
    at: datetime = field(default_factory=utcnow)


class FakeRemote(StandIn):
    """Collections of JSON objects, as most remotes have them, with every fault of the sandbox.

    * `POST /pages` makes an object, and answers 201 with its fields, an `id` and its `url`;
    * `GET /pages?key=x` lists those whose field `key` is x, the oldest first; a search may lag;
    * `GET`, `PUT`, `PATCH` and `DELETE /pages/1` are of that one; one that is not there answers 404.

    Every request has to have `token` in one of its headers, or as the password of Basic authentication, else
    it is answered 401. Derive your own from it: give it a `name`, say `settings` for a plugin that needs more
    than `url` and `token`, and add routes where your remote is different.
    """

    name: ClassVar[str] = "remote"
    token: ClassVar[str] = "fake-remote-token"  # noqa: S105  (nothing real takes it)
    kept: dict[str, Kept]
    """What was made, by its path, such as `pages/1`. One count goes through all collections."""

    def __init__(self, url: str = "", *, rehearsing: bool = False) -> None:
        super().__init__(url, rehearsing=rehearsing)
        self.kept = {}
        self._count = 0

    def settings(self) -> str:
        """The table of an instance that has the remote's name."""
        token = f'token = {{ command = ["echo", "{self.token}"] }}'
        return f'[plugins.{self.name}]\nurl = "{self.url}"\n{token}\n'

    def made(self) -> list[str]:
        """The path of each object."""
        return sorted(self.kept)

    def panels(self) -> Mapping[str, str]:
        """Each object as it is, once there is one."""
        shown = Markup().join(
            Markup("<h4>{}</h4><pre>{}</pre>").format(
                path, msgspec.json.format(msgspec.json.encode(kept.fields)).decode()
            )
            for path, kept in self.kept.items()
        )
        return {self.name: str(shown)} if shown else {}

    def admit(self, request: Request) -> None:
        """Refuse who does not have the token; in a dry run it is the remote's own."""
        basic = request.authorization.password if request.authorization else None
        said = [*request.headers.values(), basic or ""]
        if not (self.rehearsing or any(self.token in value for value in said)):
            raise Refused(self.refusal(401, "the token is missing or wrong"))

    @route("POST", "/<path:path>")
    def make(self, request: Request, path: str) -> Response:
        """Make an object in the collection."""
        self._count += 1
        identity = f"{path.strip('/')}/{MADE_UP if self.rehearsing else ''}{self._count}"
        self.kept[identity] = Kept(_fields(self, request))
        return answer(self._shown(identity, self.kept[identity]), 201)

    @route("GET", "/<path:path>")
    def get(self, request: Request, path: str) -> Response:
        """The object; or those of the collection that have what the query says."""
        path = path.strip("/")
        if path in self.kept:
            return answer(self._shown(path, self.kept[path]))
        if _IDENTITY.fullmatch(path.rpartition("/")[2]):
            return self.refusal(404, "there is no such object")
        known_at = utcnow() - timedelta(seconds=self.lag())
        wanted = request.args.to_dict()
        found = [
            self._shown(identity, kept)
            for identity, kept in self.kept.items()
            if identity.rpartition("/")[0] == path
            and kept.at <= known_at
            and all(str(kept.fields.get(name)) == value for name, value in wanted.items())
        ]
        if self.rehearsing and not found:
            return self.refusal(404, "this is for the remote to say")
        return answer(found)

    @route("PUT", "/<path:path>")
    @route("PATCH", "/<path:path>")
    def change(self, request: Request, path: str) -> Response:
        """Replace the object's fields, or those that are given."""
        kept = self._known(path.strip("/"))
        before = kept.fields if request.method == "PATCH" else {}
        kept.fields = before | _fields(self, request)
        return answer(self._shown(path.strip("/"), kept))

    @route("DELETE", "/<path:path>")
    def drop(self, request: Request, path: str) -> Response:  # noqa: ARG002
        """The object is gone."""
        self._known(path.strip("/"))
        self.kept.pop(path.strip("/"), None)
        return answer(None, 204)

    def _known(self, identity: str) -> Kept:
        if self.rehearsing:
            return self.kept.get(identity, Kept({}))
        if identity not in self.kept:
            raise Refused(self.refusal(404, "there is no such object"))
        return self.kept[identity]

    def _shown(self, identity: str, kept: Kept) -> JSON:
        name = identity.rpartition("/")[2]
        return {**kept.fields, "id": name, "url": f"{self.url}/{identity}"}


def _fields(remote: FakeRemote, request: Request) -> JSON:
    try:
        return msgspec.json.decode(request.get_data(), type=JSON)
    except msgspec.DecodeError as error:
        raise Refused(remote.refusal(400, f"the body has to be a JSON object: {error}")) from None
