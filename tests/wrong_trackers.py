"""Trackers, which hear of no incident: one that is right, and some that are wrong."""

from typing import Any

from chatops import Plugin, ToolContext, TrackedItem, Unavailable, WantedItem, hookimpl
from tests.wrong_plugins import Made, Pager, Settings


class Tracker(Plugin[Settings]):
    """A tracker as it should be, which hears of no incident."""

    own_transport = False

    @hookimpl
    def action_items_push(self, items: list[WantedItem], ctx: ToolContext) -> dict[str, TrackedItem]:
        return {item.key: self.ticket(item, ctx) for item in items}

    def ticket(self, item: WantedItem, ctx: ToolContext) -> TrackedItem:
        found = self.send(ctx, "GET", "", list[Made], params={"key": item.key})
        said = {"key": item.key, "text": item.text}
        made = found[0] if found else self.send(ctx, "POST", "", Made, json=said)
        return TrackedItem(key=made.id, url=made.url, title=item.text, created=not found)

    def send(self, ctx: Any, method: str, path: str, answer: Any, **more: Any) -> Any:
        return Pager(self.config, self.instance).send(ctx, method, path, answer, **more)


class MuteTracker(Tracker):
    def send(self, ctx: Any, method: str, path: str, answer: Any, **more: Any) -> Any:
        said = {"Authorization": f"Bearer {self.config.token.reveal()}"}
        return ctx.http.request(method, f"{self.config.url}/pages{path}", answer=answer, headers=said, **more)


class TrustingTracker(Tracker):
    def ticket(self, item: WantedItem, ctx: ToolContext) -> TrackedItem:
        self.send(ctx, "GET", "", Any)[0:1]
        return super().ticket(item, ctx)


class CarelessTracker(Tracker):
    def ticket(self, item: WantedItem, ctx: ToolContext) -> TrackedItem:
        try:
            return super().ticket(item, ctx)
        except Unavailable:
            return TrackedItem(key="", title=item.text)
