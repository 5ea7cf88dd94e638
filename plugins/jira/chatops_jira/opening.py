"""Opens the incident's one ticket."""

from chatops import Context, Gone, Link, Rejected, Unauthorized
from chatops_jira import find, ticket
from chatops_jira.desk import Desk
from chatops_jira.explain import Names
from chatops_jira.fields import Fields
from chatops_jira.reading import Issue
from chatops_jira.remote import Remote
from chatops_jira.settings import ROLES


def opened(ctx: Context, names: Names) -> Link:
    """The incident's ticket, made where there is none, as the incident is now.

    Whatever else Jira refuses then is warned of: the ticket is there, and everybody is to hear of it.
    """
    opening = _Opening(ctx, names)
    made = ctx.once(
        "ticket",
        create=opening.create,
        find=opening.find,
        scope="incident",
        settle=names.config.settle.total_seconds(),
    )
    desk = Desk(ctx, names, made, remote=opening.remote)
    for step in (desk.link, lambda: desk.move(_status(ctx))):
        try:
            step()
        except (Rejected, Unauthorized, Gone) as error:
            ctx.log.warning("%s: %s", made.id, error)
    desk.watch(_watchers(ctx, names.config.watchers))
    return desk.ticket


class _Opening:
    def __init__(self, ctx: Context, names: Names) -> None:
        self._ctx = ctx
        self._names = names
        self.remote = Remote(ctx.http, names)

    def create(self, key: str) -> Link:
        said = ticket.new(self._names.config, Fields(self._names), self._ctx, key)
        with self._names.explaining():
            made = self.remote.post("issue", said, Issue)
        return self._link(made.key)

    def find(self, key: str) -> Link | None:
        with self._names.explaining(hint=f"Check {self._names.setting('project')}."):
            found = find.find(self.remote, ticket.label_of(key), key)
        return self._link(found) if found else None

    def _link(self, key: str) -> Link:
        return ticket.link(self._names.config, key, dict(ticket.filed_under(self._ctx)))


def _status(ctx: Context) -> str:
    """What the incident is, where that is not what every new ticket is."""
    if ctx.incident.state != "open":
        return ctx.incident.state
    return "" if ctx.incident.status == "investigating" else ctx.incident.status


def _watchers(ctx: Context, wanted: tuple[str, ...]) -> list[str]:
    roles = ctx.incident.roles.values() if ROLES in wanted else ()
    return [*(name for name in wanted if name != ROLES), *roles]
