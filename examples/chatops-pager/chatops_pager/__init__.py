"""Pages a team, and lets it sleep again."""

from typing import Any, TypeVar

import msgspec
from chatops import (
    Acknowledged,
    Context,
    Finding,
    Http,
    Link,
    Plugin,
    Secret,
    ToolContext,
    Unauthorized,
    hookimpl,
)

T = TypeVar("T")


class Settings(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """The settings, as they stand in the plugin's table of the configuration."""

    url: str
    token: Secret
    team: str
    urgent: tuple[str, ...] = ("sev1",)


class Page(msgspec.Struct):
    """What the pager says of a page. It may say more, which is not looked at."""

    id: str
    url: str


class Pager(Plugin[Settings]):
    """Pages a team, and lets it sleep again."""

    own_transport = False  # it sends by ctx.http alone: a dry run can show what
    drills = False  # an exercise wakes nobody

    @hookimpl
    def incident_declared(self, ctx: Context) -> Link:
        """Page the team."""
        return self._page(ctx)

    @hookimpl
    def incident_acknowledged(self, event: Acknowledged, ctx: Context) -> None:
        """Stop the alarm."""
        self._change(ctx, state="acknowledged", by=event.actor)

    @hookimpl
    def incident_resolved(self, ctx: Context) -> None:
        """Close the page."""
        self._change(ctx, state="resolved")

    incident_cancelled = incident_resolved  # a false alarm wakes nobody any more

    @hookimpl
    def check(self, ctx: ToolContext) -> list[Finding]:
        """Say whether the pager takes the token, and knows the team."""
        teams = tuple(self._ask(ctx.http, "GET", "teams", list[str]))
        if self.config.team in teams:
            return []
        setting = f"plugins.{ctx.instance}.team"
        problem = f"the pager has no team {self.config.team!r}"
        return [Finding(setting=setting, problem=problem, valid=teams)]

    def _change(self, ctx: Context, **fields: Any) -> None:
        """Change the incident's page; to do it twice is to do it once."""
        page = self._page(ctx)
        self._ask(ctx.http, "PATCH", f"pages/{page.id}", Page, json=fields)

    def _page(self, ctx: Context) -> Link:
        """The incident's page: sent by the first call that needs it, and once."""

        # The key is written to the remote: so it is found where the reply was lost.
        def create(key: str) -> Link:
            now = ctx.incident
            urgency = "high" if now.severity in self.config.urgent else "low"
            said = {"team": self.config.team, "text": now.title, "urgency": urgency}
            made = self._ask(ctx.http, "POST", "pages", Page, json={**said, "key": key})
            return Link("page", made.id, made.url)

        def find(key: str) -> Link | None:
            found = self._ask(ctx.http, "GET", "pages", list[Page], params={"key": key})
            return Link("page", found[0].id, found[0].url) if found else None

        return ctx.once("page", create=create, find=find, scope="incident")

    def _ask(self, http: Http, verb: str, path: str, answer: type[T], **more: Any) -> T:
        url = f"{self.config.url}/{path}"
        said = {"Authorization": f"Bearer {self.config.token.reveal()}"}
        try:
            return http.request(verb, url, answer=answer, headers=said, **more)
        except Unauthorized as error:
            raise Unauthorized(f"{error} See plugins.{self.instance}.token.") from None
