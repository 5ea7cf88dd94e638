"""The pages of version 2 of Confluence's API."""

from typing import Any, Final

import msgspec
from werkzeug.wrappers import Request, Response

from chatops.sandbox import Refused, answer, route
from chatops_confluence.sandbox import shown
from chatops_confluence.sandbox.memory import Memory
from chatops_confluence.sandbox.state import Page, Property, Version, now

V2: Final = "/wiki/api/v2"
ITEM: Final = f"{V2}/pages/<page>"


class _New(msgspec.Struct, rename="camel"):
    space_id: str
    title: str = ""
    body: dict[str, Any] = {}
    parent_id: str | int | None = None
    status: str = "current"


class _Number(msgspec.Struct):
    number: int
    message: str = ""


class _Change(msgspec.Struct):
    id: str | int
    status: str
    title: str
    body: dict[str, Any]
    version: _Number


class _Property(msgspec.Struct):
    key: str
    value: Any
    version: _Number | None = None


class Pages(Memory):
    """Creates, finds, changes and deletes pages, and keeps their properties."""

    @route("GET", f"{V2}/spaces")
    def _spaces(self, request: Request) -> Response:
        self._no_rehearsal()
        keys = {key for said in request.args.getlist("keys") for key in said.split(",")}
        found = [shown.space(space) for space in self.spaces if not keys or space.key in keys]
        return answer(shown.listed(found, self.base))

    @route("GET", f"{V2}/pages")
    def _list(self, request: Request) -> Response:
        self._no_rehearsal()
        spaces, title = request.args.getlist("space-id"), request.args.get("title")
        start, limit = int(request.args.get("cursor", 0)), int(request.args.get("limit", 25))
        found = [
            page
            for page in self.pages
            if page.status == "current"
            and (not spaces or page.space in spaces)
            and (title is None or page.title.casefold() == title.casefold())
        ]
        body = request.args.get("body-format") == "storage"
        part = [shown.page(p, self.key_of(p), p.latest, body=body) for p in found[start : start + limit]]
        more = f"/wiki/api/v2/pages?limit={limit}&cursor={start + limit}" if found[start + limit :] else ""
        return answer(shown.listed(part, self.base, more))

    @route("POST", f"{V2}/pages")
    def _create(self, request: Request) -> Response:
        said = self._fields(request, _New)
        known = {space.id for space in self.spaces}
        parent = str(said.parent_id or "")
        if not self.rehearsing and (said.space_id not in known or (parent and self.page(parent) is None)):
            raise Refused(self.refusal(404, "The space or the parent does not exist"))
        body = self._check(said.space_id, said.title, _value(said.body))
        made = Page(self.new_id(), said.space_id, [Version(1, said.title, body)], parent)
        self.pages.append(made)
        return self._shown(made)

    @route("GET", ITEM)
    def _get(self, request: Request, page: str) -> Response:
        found = self._known(page)
        number = request.args.get("version")
        version = found.version(int(number)) if number else found.latest
        if version is None or found.status == "deleted":
            raise Refused(self.refusal(404, f"Could not find version {number} of {page}"))
        return self._shown(
            found,
            version,
            body=request.args.get("body-format") == "storage",
            properties=request.args.get("include-properties") == "true",
        )

    @route("PUT", ITEM)
    def _put(self, request: Request, page: str) -> Response:
        found, said = self._touched(page), self._fields(request, _Change)
        if found.status != "current":
            raise Refused(self.refusal(404, f"Could not find content with id {page}"))
        if not self.rehearsing and said.version.number != found.latest.number + 1:
            words = (
                f"Version must be incremented when updating a page. Current version: {found.latest.number}"
            )
            raise Refused(self.refusal(409, words))
        body = self._check(found.space, said.title, _value(said.body), besides=page)
        found.versions.append(Version(said.version.number, said.title, body, said.version.message))
        return self._shown(found)

    @route("DELETE", ITEM)
    def _delete(self, _request: Request, page: str) -> Response:
        self._known(page).status = "trashed"
        return Response(status=204)

    @route("GET", f"{ITEM}/properties")
    def _properties(self, request: Request, page: str) -> Response:
        key = request.args.get("key")
        found = [p for p in self._known(page).properties if key in {None, p.key}]
        return answer(shown.listed([shown.content_property(p) for p in found], self.base))

    @route("POST", f"{ITEM}/properties")
    def _add_property(self, request: Request, page: str) -> Response:
        found, said = self._touched(page), self._fields(request, _Property)
        if any(known.key == said.key for known in found.properties):
            raise Refused(self.refusal(409, f"There is a property {said.key} already"))
        made = Property(self.new_id(), said.key, said.value)
        found.properties.append(made)
        return answer(shown.content_property(made))

    @route("PUT", f"{ITEM}/properties/<known>")
    def _change_property(self, request: Request, page: str, known: str) -> Response:
        found, said = self._touched(page), self._fields(request, _Property)
        number = said.version.number if said.version else 0
        if self.rehearsing and not any(p.id == known for p in found.properties):
            found.properties.append(Property(known, said.key, None, number - 1))
        kept = next((p for p in found.properties if p.id == known), None)
        if kept is None:
            raise Refused(self.refusal(404, f"There is no property {known}"))
        if number != kept.number + 1:
            raise Refused(self.refusal(409, f"Version must be {kept.number + 1}"))
        kept.value, kept.number, kept.at = said.value, number, now()
        return answer(shown.content_property(kept))

    def _shown(
        self, page: Page, version: Version | None = None, *, body: bool = True, properties: bool = False
    ) -> Response:
        said = shown.page(page, self.key_of(page), version or page.latest, body=body)
        said["_links"]["base"] = self.base
        if properties:
            said["properties"] = {"results": [shown.content_property(p) for p in page.properties]}
        return answer(said)


def _value(body: dict[str, Any]) -> Any:
    """The storage format; a client may also nest it under its own name."""
    nested = body.get("storage") or {}
    return nested.get("value", body.get("value", ""))
