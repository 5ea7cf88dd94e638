"""Every example in the documentation of the hooks runs, once and again."""

import dataclasses
import inspect
import logging
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
import pluggy
import pytest
import responses

from chatops import events as e
from chatops.codec import KINDS
from chatops.context import (
    ComponentView,
    Context,
    PersonView,
    PublicContext,
    Scope,
    ServiceView,
    Skipped,
    ToolContext,
)
from chatops.deadline import Deadline
from chatops.events import Link
from chatops.hookspecs import Hooks, PublicHooks
from chatops.incident import Incident, fold
from chatops.plugin import Plugin
from chatops.public import public_event, public_incident
from chatops.tracking import ItemDocument, WantedItem
from docs.generate import hooks as page
from tests.hooks import HOOKS, QUESTIONS, every_hook
from tests.kit import http

LOG = logging.LoggerAdapter(logging.getLogger("chatops.example"), {})
INCIDENT = UUID("01938a3e-0000-7000-8000-000000000001")
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
TICKET = Link("ticket", "OPS-7", "https://tickets.example.com/OPS-7", "Checkout returns 500s")
API = e.PublicComponent("c1", "Checkout API", "partial_outage")


def _stamp(seq: int) -> e.Stamp:
    at = NOON + timedelta(minutes=seq)
    event_id = UUID(int=INCIDENT.int + seq)
    return {"id": event_id, "incident": INCIDENT, "seq": seq, "at": at, "actor": "dana", "key": None}


SO_FAR = (
    e.Declared(
        **_stamp(1), number=12, title="Checkout returns 500s", severity="sev1", services=("checkout",)
    ),
    e.LinkAdded(**_stamp(2), instance="example", link=TICKET),
    e.PublicUpdatePublished(
        **_stamp(3),
        sequence=1,
        title="Checkout is disturbed",
        text="Some payments fail.",
        status="investigating",
        impact="major",
        components=(API,),
    ),
)
FACTS: dict[type[e.Event], dict[str, Any]] = {
    e.Acknowledged: {},
    e.Updated: {
        "message": "Worse",
        "severity": e.Change("sev2", "sev1"),
        "status": e.Change("investigating", "identified"),
    },
    e.NoteAdded: {"text": "Rolled back"},
    e.RoleAssigned: {"role": "incident commander", "person": "dana"},
    e.Resolved: {"message": "The rollback helped"},
    e.Cancelled: {"reason": "A test of the alarm"},
    e.Reopened: {"reason": "It is back"},
    e.Restricted: {"on": True},
    e.LinkAdded: {"instance": "chat", "link": Link("channel", "C1", "https://chat.example.com/C1")},
    e.ActionItemAdded: {"item": e.ActionItem("A-1", "Add a timeout", "dana", "2026-12-01")},
    e.PublicUpdateCorrected: {"sequence": 1, "text": "Some card payments fail."},
    e.PostmortemPublished: {"document": "# Checkout", "public_section": "A timeout was missing."},
}


class Steps:
    """Like a delivery whose every answer is lost: what was sent before is looked for first."""

    def __init__(self) -> None:
        self.sent: set[str] = set()

    def once(
        self,
        step: str,
        *,
        create: Callable[[str], Link],
        find: Callable[[str], Link | None] | None,
        scope: Scope,
        settle: float | None,
    ) -> Link:
        key = f"{INCIDENT}.example.{step}"
        lost = key in self.sent
        self.sent.add(key)
        found = find(key) if find else None
        assert find is None or (found is not None) == lost, "find finds what was created, and only that"
        return found or create(key)


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    (tmp_path / "folder").mkdir()
    ticket = tmp_path / "folder" / "OPS-7.txt"
    ticket.write_text("Checkout returns 500s\n")
    ticket.chmod(0o644)
    (tmp_path / "file").write_text("lee@example.com\nsam@example.com\n")
    with responses.RequestsMock(assert_all_requests_are_fired=False) as remote:
        remote.get("https://tickets.example.com/rooms", json=["lobby"])
        yield tmp_path


def _plugin(name: str, folder: Path) -> Plugin[Any]:
    """The plugin of the hook's example, with the settings that it asks for."""
    namespace: dict[str, Any] = {"__name__": "example"}
    exec(page.example(HOOKS[name]), namespace)
    own = [v for v in namespace.values() if isinstance(v, type) and v.__module__ == "example"]
    (cls,) = (c for c in own if issubclass(c, Plugin))
    values = {
        "folder": str(folder / "folder"),
        "file": str(folder / "file"),
        "url": "https://tickets.example.com",
        "room": "war-room",
    }
    wanted = msgspec.structs.fields(cls.config_type)
    config = msgspec.convert({field.name: values[field.name] for field in wanted}, cls.config_type)
    return cls(config, "example")


def _caller(name: str, plugin: Plugin[Any]) -> Callable[..., list[Any]]:
    """The hook, as pluggy calls it; refuses whatever the specs do not know."""
    manager = pluggy.PluginManager("chatops")
    manager.add_hookspecs(PublicHooks if plugin.public else Hooks)
    manager.register(plugin)
    manager.check_pending()
    callers = manager.get_hookcallers(plugin) or []
    assert [caller.name for caller in callers] == [name]
    return callers[0]


def _sample(name: str) -> tuple[e.Event, Incident]:
    """An event that calls this hook, and the incident as of it."""
    known: dict[type[e.Event], e.Event] = {type(event): event for event in SO_FAR}
    kinds = [k for k in KINDS.values() if name in (k.hook, k.public_hook)] or [e.NoteAdded]
    kind = kinds[0]
    event = kind(**_stamp(len(SO_FAR) + 1), **FACTS[kind]) if kind in FACTS else known[kind]
    history = SO_FAR if event in SO_FAR else (*SO_FAR, event)
    incident = fold(history)
    assert incident is not None
    return event, incident


def _arguments(name: str, plugin: Plugin[Any]) -> dict[str, Any]:
    if name in QUESTIONS:
        tool = ToolContext(
            instance="example",
            deadline=Deadline(5),
            log=LOG,
            http=http(),
            severities=("sev1",),
            services={},
            people={},
            components=(),
        )
        wanted = WantedItem(
            key="item:a1", text="Add a timeout", document=ItemDocument(id="1", title="Checkout")
        )
        arguments = {"ref": TICKET.url, "tickets": ["OPS-7", "OPS-8"], "items": [wanted], "ctx": tool}
        return {a: arguments[a] for a in inspect.signature(HOOKS[name]).parameters if a != "self"}
    event, incident = _sample(name)
    call: dict[str, Any] = {
        "instance": "example",
        "key": f"{event.id}.example",
        "attempt": 1,
        "drill": False,
        "deadline": Deadline(5),
        "log": LOG,
        "http": http(),
        "components": (ComponentView("c1", "Checkout API", "partial_outage", None),),
        "_links": (TICKET,),
        "_steps": Steps(),
    }
    if plugin.public:
        public = public_incident(incident)
        assert public is not None
        history = PublicContext(incident=public, _history=lambda: iter([public]), **call)
        return {"event": public_event(event, incident), "ctx": history}
    context = Context(
        incident=incident,
        links=incident.links,
        services={"checkout": ServiceView("checkout", "Checkout", "payments", None)},
        people={"dana": PersonView("dana", "dana@example.com", None)},
        **call,
    )
    return {"event": event, "ctx": context}


def _seen(folder: Path) -> dict[str, set[str]]:
    """What the examples have left behind: each file's lines, and who may read it."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.name: {oct(path.stat().st_mode), *path.read_text().splitlines()} for path in files}


@every_hook
def test_its_example_runs_and_adds_nothing_when_it_is_called_again(name: str, folder: Path) -> None:
    plugin = _plugin(name, folder)
    call, arguments, before = _caller(name, plugin), _arguments(name, plugin), _seen(folder)

    results = call(**arguments)
    after = _seen(folder)
    again = call(**arguments)

    assert _seen(folder) == after
    if name in QUESTIONS - {"action_items_push"}:
        assert after == before
    else:
        assert after != before, "the example does nothing"
        assert isinstance(results[0] if results else None, Link | Skipped | list | dict | None)
    assert again == results or isinstance(again[0], Skipped)


@pytest.mark.parametrize("name", [n for n, hook in HOOKS.items() if "Skipped" in page.example(hook)])
def test_an_example_that_may_have_nothing_to_do_says_why(name: str, folder: Path) -> None:
    plugin = _plugin(name, folder)
    call, arguments = _caller(name, plugin), _arguments(name, plugin)
    other: dict[str, tuple[str, Callable[..., Any], dict[str, Any]]] = {
        "incident_updated": ("event", msgspec.structs.replace, {"severity": None}),
        "incident_restricted": ("ctx", dataclasses.replace, {"_links": ()}),
        "note_added": ("ctx", dataclasses.replace, {"key": "lee@example.com"}),
        "role_assigned": ("ctx", dataclasses.replace, {"people": {}}),
    }
    argument, replace, change = other[name]
    arguments[argument] = replace(arguments[argument], **change)
    (result,) = call(**arguments)
    assert isinstance(result, Skipped)
    assert result.reason


def test_the_examples_of_the_questions_answer(folder: Path) -> None:
    tracker, mailing_list = _plugin("resolve_link", folder), _plugin("audience", folder)
    resolve, arguments = _caller("resolve_link", tracker), _arguments("resolve_link", tracker)
    assert resolve(**arguments) == [Link("ticket", "OPS-7", TICKET.url)]
    assert resolve(**arguments | {"ref": "ops-7"}) == [Link("ticket", "OPS-7", TICKET.url)]
    assert resolve(**arguments | {"ref": "https://wiki.example.com/OPS-7"}) == []

    audience, arguments = _caller("audience", mailing_list), _arguments("audience", mailing_list)
    assert audience(**arguments) == [2]
    (folder / "file").unlink()
    assert audience(**arguments) == []
