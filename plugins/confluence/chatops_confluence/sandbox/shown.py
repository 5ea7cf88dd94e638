"""How Confluence tells of what it remembers: version 2 of its API, and what is left of version 1."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from chatops_confluence.sandbox.state import Page, Property, Space, Version

Json = dict[str, Any]


def space(known: Space) -> Json:
    """A space."""
    return {
        "id": known.id,
        "key": known.key,
        "name": known.name,
        "type": "global",
        "status": "current",
        "_links": {"webui": f"/spaces/{known.key}"},
    }


def page(known: Page, key: str, version: Version, *, body: bool) -> Json:
    """A page, as it was in this version."""
    first = known.versions[0]
    return {
        "id": known.id,
        "status": known.status if version is known.latest else "historical",
        "title": version.title,
        "spaceId": known.space,
        **({"parentId": known.parent, "parentType": "page"} if known.parent else {}),
        "position": 0,
        "authorId": first.author,
        "createdAt": iso(first.at),
        "version": _version(version.number, version.at, version.author, version.message),
        "body": {"storage": {"representation": "storage", "value": version.body}} if body else {},
        "_links": {"webui": web(known, key), "editui": f"/pages/resumedraft.action?draftId={known.id}"},
    }


def web(known: Page, key: str) -> str:
    """Where the page is read, below the site."""
    return f"/spaces/{key}/pages/{known.id}"


def listed(results: list[Json], base: str, following: str = "") -> Json:
    """A part of a list."""
    links = {"base": base} | ({"next": following} if following else {})
    return {"results": results, "_links": links}


def content_property(known: Property) -> Json:
    """A property of a page."""
    version = _version(known.number, known.at, "", "")
    return {"id": known.id, "key": known.key, "value": known.value, "version": version}


def label(name: str) -> Json:
    """A label in version 2."""
    return {"id": label_id(name), "name": name, "prefix": "global"}


def old_label(name: str) -> Json:
    """A label in version 1."""
    return {**label(name), "label": name}


def label_id(name: str) -> str:
    """An id that every label of this name has."""
    return str(sum(ord(c) * (i + 1) for i, c in enumerate(name)))


def content(known: Page, key: str, wanted: Collection[str]) -> Json:
    """A page in version 1; what is not `wanted` (`body.storage`) is only said to be there."""
    said: Json = {
        "id": known.id,
        "type": "page",
        "status": known.status,
        "title": known.title,
        "_links": {"webui": web(known, key), "self": f"/rest/api/content/{known.id}"},
        "_expandable": {"version": "", "space": f"/rest/api/space/{key}"},
    }
    if "body.storage" in wanted:
        said["body"] = {"storage": {"value": known.body, "representation": "storage"}}
    asked = {name.removeprefix("metadata.properties.") for name in wanted}
    properties: Json = {p.key: content_property(p) for p in known.properties if p.key in asked}
    if properties or any(name.startswith("metadata.") for name in wanted):
        said["metadata"] = {"properties": properties | {"_links": {}}}
    return said


def _version(number: int, at: datetime, author: str, message: str) -> Json:
    return {
        "number": number,
        "createdAt": iso(at),
        "message": message,
        "minorEdit": False,
        **({"authorId": author} if author else {}),
    }


def iso(at: datetime) -> str:
    """`2019-02-20T12:00:19.418Z`."""
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
