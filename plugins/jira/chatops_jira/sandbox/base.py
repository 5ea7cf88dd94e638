"""How Jira reads a request, and how it refuses one."""

import base64
import json
from collections.abc import Callable, Mapping
from typing import Any, Final, NoReturn, TypeVar

import msgspec
from werkzeug.wrappers import Request, Response

from chatops.sandbox import Refused, answer, route
from chatops_jira.sandbox.memory import Memory
from chatops_jira.sandbox.model import Issue, Project, now
from chatops_jira.sandbox.shown import Shown

UNSEEN: Final = "Issue does not exist or you do not have permission to see it."

#: `latest` is v2, everywhere.
_VERSIONS: Final = ("2", "3", "latest")
T = TypeVar("T")
F = TypeVar("F", bound=Callable[..., Response])


def api(method: str, path: str) -> Callable[[F], F]:
    """Mark a method that answers such requests in every version of the API."""

    def mark(function: F) -> F:
        for version in _VERSIONS:
            route(method, f"/rest/api/{version}{path}")(function)
        return function

    return mark


def documents(request: Request) -> bool:
    """Whether rich text is Atlassian Documents in this version of the API."""
    return request.path.startswith("/rest/api/3/")


def listed(given: list[str]) -> list[str]:
    """A parameter that may be repeated, and have commas in it."""
    return [name for one in given for name in one.split(",") if name]


class Base(Memory):
    """What every part of the API builds on."""

    root = "/rest/"

    def admit(self, request: Request) -> None:
        """Raise Refused for what this Jira has no such version of, or for the wrong credentials."""
        if not self.cloud and documents(request):
            raise Refused(self.refusal(404, "null for uri: " + request.base_url))
        if self.rehearsing or request.path.endswith("/serverInfo") or request.path.startswith("/browse/"):
            return
        scheme, _, given = request.headers.get("Authorization", "").partition(" ")
        said = base64.b64encode(f"{self.user}:{self.token}".encode()).decode() if self.cloud else self.token
        if (scheme, given) != ("Basic" if self.cloud else "Bearer", said):
            words = "Client must be authenticated to access this resource."
            refused = self.refusal(401, words if self.cloud else "You are not authenticated.")
            refused.headers["X-Seraph-LoginReason"] = "AUTHENTICATED_FAILED" if given else "OUT"
            raise Refused(refused)

    def refusal(self, status: int, words: str = "", errors: Mapping[str, str] | None = None) -> Response:
        """An ErrorCollection."""
        said = {"errorMessages": [words] if words else [], "errors": dict(errors or {})}
        return answer(said, status)

    def refuse(self, status: int, words: str = "", errors: Mapping[str, str] | None = None) -> NoReturn:
        """Raise Refused with these words."""
        raise Refused(self.refusal(status, words, errors))

    def body(self, request: Request) -> Any:
        """The request's JSON; raises Refused for anything else."""
        if request.mimetype != "application/json":
            self.refuse(415, f"The content type {request.mimetype or 'of nothing'} is not supported.")
        try:
            return json.loads(request.get_data())
        except ValueError:
            self.refuse(400, "There was an error parsing JSON. Check that your request body is valid.")

    def read(self, request: Request, shape: type[T]) -> T:
        """The request's JSON in this shape; raises Refused."""
        return self.shaped(self.body(request), shape)

    def shaped(self, said: Any, shape: type[T]) -> T:
        """What was said in this shape; raises Refused."""
        try:
            return msgspec.convert(said, shape, strict=False)
        except msgspec.ValidationError:
            self.refuse(400, "Invalid request payload. Refer to the REST API documentation and try again.")

    def numbers(self, request: Request, default: int, most: int) -> tuple[int, int]:
        """Where a page begins and how long it is at most."""
        try:
            start = int(request.args.get("startAt") or 0)
            size = int(request.args.get("maxResults") or default)
        except ValueError:
            self.refuse(400, "startAt and maxResults must be numbers.")
        return max(0, start), min(max(0, size), most)

    def seen(self, key: str) -> Issue:
        """The issue, where the token's owner may see it; else as if there were none."""
        try:
            issue = self.issue(key)
        except LookupError:
            self.refuse(404, UNSEEN)
        level = issue.fields.get("security")
        if not self.may("BROWSE_PROJECTS") or not (level is None or level.seen):
            self.refuse(404, UNSEEN)
        return issue

    def written(self, key: str) -> Issue:
        """The issue that is to be changed; one that a rehearsal does not know may exist at the remote."""
        if self.rehearsing:
            try:
                return self.issue(key)
            except LookupError:
                return self.imagined(key)
        return self.seen(key)

    def imagined(self, key: str) -> Issue:
        """What somebody else's issue may be like; it is not kept."""
        name = key.rpartition("-")[0].upper() or self.projects[0].key
        home = self.project_or_imagined(name)
        first = home.workflow.statuses[0]
        at = now()
        return Issue("0", key, home, home.types[0], first, at, at, self.me, {"summary": "", "labels": []})

    def project_or_imagined(self, key: str) -> Project:
        """The project; a rehearsal takes any. Raises LookupError."""
        try:
            return self.project(key)
        except LookupError:
            if not self.rehearsing:
                raise
            example = self.projects[0]
            return Project("0", key.upper(), key, example.workflow, example.types)

    def knows(self) -> None:
        """Raise Refused in a rehearsal: what a site is like only the real one can say."""
        if self.rehearsing:
            self.refuse(404, "This is known to the real one alone.")

    def shown(self, request: Request) -> Shown:
        """What shows things in the version of the API that was asked."""
        return Shown(self, "3" if documents(request) else "2")

    def needs(self, permission: str, status: int, words: str) -> None:
        """Raise Refused where the token's owner may not do this."""
        if not self.may(permission):
            self.refuse(status, words)
