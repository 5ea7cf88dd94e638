"""Brings a ticket into a status, by the names that its workflow has."""

from typing import Any

import msgspec

from chatops import Rejected
from chatops_jira.remote import Remote, path_of


class _Named(msgspec.Struct):
    name: str


class _Fields(msgspec.Struct):
    status: _Named


class _Transition(msgspec.Struct):
    id: str
    to: _Named
    fields: dict[str, Any] = {}


class _Offered(msgspec.Struct):
    transitions: list[_Transition] = []


class _Place(msgspec.Struct):
    key: str
    fields: _Fields
    transitions: list[_Transition] | None = None


def move(remote: Remote, ticket: str, way: tuple[str, ...], setting: str, resolution: str = "") -> str:
    """Bring the ticket into the last status of `way`, over the others where it must, and return its key,
    which is another one where the ticket was moved to another project.

    `resolution` is chosen on the way where Jira asks for one. Raises Rejected, which names the setting,
    where the workflow leads from here to none of them.
    """
    for _ in range(len(way) + 1):
        place = remote.get(path_of(ticket), _Place, fields="status", expand="transitions")
        ticket, here = place.key, place.fields.status.name
        if _same(here, way[-1]):
            return ticket
        offered = place.transitions
        # Only there is it said what a transition asks for.
        if offered is None or resolution:
            path = path_of(ticket, "transitions")
            offered = remote.get(path, _Offered, expand="transitions.fields").transitions
        step = _next(here, offered, way)
        if step is None:
            there = ", ".join(f'"{name}"' for name in sorted({t.to.name for t in offered})) or "none"
            raise Rejected(
                f'{ticket} is "{here}"; from there Jira offers no status "{way[-1]}". It offers: {there}. '
                f"Change {setting}: write a status, or a list of those that lead to it."
            )
        said: dict[str, Any] = {"transition": {"id": step.id}}
        if resolution and "resolution" in step.fields:
            said["fields"] = {"resolution": {"name": resolution}}
        remote.post(path_of(ticket, "transitions"), said)
        if _same(step.to.name, way[-1]):
            return ticket
    raise Rejected(f'{ticket} went the whole way that {setting} says, and did not become "{way[-1]}".')


def _next(here: str, offered: list[_Transition], way: tuple[str, ...]) -> _Transition | None:
    """The transition that leads furthest on the way."""
    passed = next((number for number, name in enumerate(way) if _same(name, here)), -1)
    ahead = reversed(way[passed + 1 :])
    return next((t for name in ahead for t in offered if _same(t.to.name, name)), None)


def _same(one: str, other: str) -> bool:
    return one.casefold().strip() == other.casefold().strip()
