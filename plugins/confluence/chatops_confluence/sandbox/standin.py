"""Confluence Cloud's API, and the pages as people read them."""

from collections.abc import Mapping
from typing import Any, Final

from werkzeug.wrappers import Request, Response

from chatops.sandbox import Refused, answer, route
from chatops_confluence.sandbox import cql, shown
from chatops_confluence.sandbox.pages import ITEM, Pages
from chatops_confluence.sandbox.state import Page, config

V1: Final = "/wiki/rest/api"


class ConfluenceStandIn(Pages):
    """Answers as Confluence does, for one site. `Memory` says what tests look at, and what they change."""

    def made(self) -> list[str]:
        """The pages, and each version of them."""
        return [
            f"page {page.id}, version {version.number}: {version.title}"
            for page in self.pages
            for version in page.versions
        ]

    def settings(self) -> str:
        return config(self.url)

    def panels(self) -> Mapping[str, str]:
        from chatops_confluence.sandbox.panel import pages

        return {"Wiki": pages(self)}

    @route("GET", "/wiki/spaces/<key>/pages/<page>")
    @route("GET", "/wiki/spaces/<key>/pages/<page>/<path:words>")
    def _read(self, _request: Request, key: str, page: str, words: str = "") -> Response:  # noqa: ARG002
        from chatops_confluence.sandbox.panel import document

        return Response(document(self, self._known(page)), mimetype="text/html")

    @route("GET", f"{ITEM}/labels")
    def _labels(self, _request: Request, page: str) -> Response:
        return answer(shown.listed([shown.label(name) for name in self._known(page).labels], self.base))

    @route("GET", f"{V1}/content/<page>/label")
    def _old_labels(self, _request: Request, page: str) -> Response:
        return self._labelled(self._known(page))

    @route("POST", f"{V1}/content/<page>/label")
    def _add_labels(self, request: Request, page: str) -> Response:
        found, said = self._touched(page), self._fields(request, list[dict[str, Any]])
        names = [str(label.get("name", "")).lower() for label in said]
        if any(not name or " " in name for name in names):
            raise Refused(self.refusal(400, "The label has invalid characters"))
        found.labels += [name for name in dict.fromkeys(names) if name not in found.labels]
        return self._labelled(found)

    @route("GET", f"{V1}/content/search")
    def _search(self, request: Request) -> Response:
        try:
            wanted = cql.clauses(request.args.get("cql", ""))
        except cql.NotCql as error:
            raise Refused(self.refusal(400, str(error))) from None
        found = [page for page in self._indexed() if all(self._has(page, *clause) for clause in wanted)]
        start, limit = int(request.args.get("cursor", 0)), int(request.args.get("limit", 25))
        expanded = request.args.get("expand", "").split(",")
        part = [shown.content(page, self.key_of(page), expanded) for page in found[start : start + limit]]
        more = f"/rest/api/content/search?cursor={start + limit}" if found[start + limit :] else ""
        said = shown.listed(part, self.base, more)
        return answer({**said, "start": start, "limit": limit, "size": len(part)})

    def _labelled(self, page: Page) -> Response:
        found = [shown.old_label(name) for name in page.labels]
        return answer({"results": found, "start": 0, "limit": 200, "size": len(found), "_links": {}})

    def _has(self, page: Page, name: str, value: str) -> bool:
        match name:
            case "space":
                return self.key_of(page).casefold() == value.casefold()
            case "label":
                return value.lower() in page.labels
            case "title":
                return page.title.casefold() == value.casefold()
            case "id":
                return page.id == value
        return value == "page"
