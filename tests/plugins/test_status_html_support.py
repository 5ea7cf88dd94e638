"""What the tests of the status page share: a history, a context, a reader of HTML. No tests."""

import json
import logging
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from msgspec.structs import replace

from chatops import Deadline, Link, PublicContext
from chatops.context import Components, ComponentView, Scope
from chatops.events import ComponentStatus, Impact, PublicComponent, Status, new_id
from chatops.public import PublicIncident, PublicUpdate
from chatops_status_html import StatusHtml, StatusHtmlComponent, StatusHtmlConfig
from tests.kit import http

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
CHECKOUT = PublicComponent("c0ffee", "Checkout", "major_outage")
SHARED = Path(os.environ.get("CHATOPS_SHARED", Path(__file__).parents[3] / "shared"))


class NoSteps:
    """The page creates nothing remote, so `ctx.once` is never asked."""

    def once(
        self,
        step: str,
        *,
        create: Callable[[str], Link],
        find: Callable[[str], Link | None] | None,
        scope: Scope,
        settle: float | None,
    ) -> Link:
        raise NotImplementedError


def said(
    text: str,
    minutes: int = 0,
    *,
    title: str = "Checkout: service disruption",
    status: Status = "investigating",
    impact: Impact = "major",
    components: tuple[PublicComponent, ...] = (),
    at: datetime | None = None,
    displayed_at: datetime | None = None,
    corrected_at: datetime | None = None,
    notify: bool = True,
) -> PublicUpdate:
    at = at or NOON + timedelta(minutes=minutes)
    return PublicUpdate(
        id=new_id(),
        incident=UUID(int=0),
        sequence=1,
        at=at,
        displayed_at=displayed_at or at,
        title=title,
        text=text,
        status=status,
        impact=impact,
        components=components,
        notify=notify,
        corrected_at=corrected_at,
    )


def incident(*updates: PublicUpdate, drill: bool = False) -> PublicIncident:
    return PublicIncident(id=new_id(), drill=drill, updates=updates or (said("We are looking into it."),))


def view(
    name: str,
    id_: str = "",
    settings: StatusHtmlComponent | None = None,
    status: ComponentStatus = "operational",
) -> ComponentView:
    return ComponentView(id=id_ or name.lower(), name=name, status=status, settings=settings)


def context(
    history: Iterable[PublicIncident],
    components: Sequence[ComponentView] = (),
    *,
    seconds: float = 10,
    read: Callable[[], Iterator[PublicIncident]] | None = None,
) -> PublicContext:
    told = tuple(history)
    return PublicContext(
        instance="status-page",
        key="key",
        attempt=1,
        drill=False,
        deadline=Deadline(seconds),
        log=logging.LoggerAdapter(logging.getLogger("test")),
        _links=(),
        _steps=NoSteps(),
        incident=told[0],
        components=Components(components),
        http=http(),
        _history=read or (lambda: iter(told)),
    )


def draw(
    path: Path,
    *history: PublicIncident,
    components: Sequence[ComponentView] = (),
    config: StatusHtmlConfig | None = None,
) -> Link:
    """Draw the history, newest first, as the newest words of its first incident do."""
    plugin = StatusHtml(replace(config or StatusHtmlConfig(), path=str(path)), "status-page")
    newest = replace(history[0].updates[-1], incident=history[0].id)
    return plugin.public_update(newest, context(history, components))


def real_history() -> dict[str, Any]:
    """What one Statuspage page served; the test is skipped where it is absent."""
    path = SHARED / "data" / "statuspage-history.json"
    if not path.is_file():
        pytest.skip(f"there is no {path}; name its folder in CHATOPS_SHARED")
    document: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return document


def told(entry: dict[str, Any]) -> PublicIncident:
    """One incident of such a file, as this page is handed it."""
    return incident(*(_update(entry, update) for update in reversed(entry["incident_updates"])))


def _update(entry: dict[str, Any], update: dict[str, Any]) -> PublicUpdate:
    # Statuspage says "No components were affected" by a component that has only a name.
    affected = [c for c in update["affected_components"] or () if "code" in c]
    rewritten = update["updated_at"] != update["created_at"]
    return said(
        update["body"],
        title=entry["name"],
        status=update["status"],
        impact=entry["impact"],
        components=tuple(
            PublicComponent(c["code"], c["name"], c["new_status"], c["old_status"]) for c in affected
        ),
        at=_time(update["created_at"]),
        displayed_at=_time(update["display_at"]),
        corrected_at=_time(update["updated_at"]) if rewritten else None,
        notify=update["deliver_notifications"],
    )


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


class Html(HTMLParser):
    """A page as its reader meets it: tags with their attributes, and the texts of elements by class."""

    VOID = frozenset({"meta", "link", "img", "br", "path", "circle", "rect"})

    def __init__(self, source: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.open: list[tuple[str, str]] = []
        self.texts: dict[str, list[str]] = {}
        self.feed(source)
        self.close()
        assert not self.open, f"never closed: {self.open}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        self.tags.append((tag, values))
        if tag not in self.VOID:
            self.open.append((tag, values.get("class", "")))
            for key in {tag, values.get("class", tag)}:
                self.texts.setdefault(key, []).append("")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}> closes nothing"
        assert self.open[-1][0] == tag, f"</{tag}> closes {self.open[-1]}"
        self.open.pop()

    def handle_data(self, data: str) -> None:
        for tag, name in self.open:
            for key in {tag, name or tag}:
                self.texts[key][-1] += data

    def attributes(self, tag: str) -> list[dict[str, str]]:
        return [values for name, values in self.tags if name == tag]


def read(path: Path, name: str = "index.html") -> Html:
    # As bytes, since reading text would change its line ends.
    return Html((path / name).read_bytes().decode())
