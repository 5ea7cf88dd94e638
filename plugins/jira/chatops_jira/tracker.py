"""The tracker of action items: tickets are read, filed and changed, many at a time."""

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from msgspec.structs import replace

from chatops import (
    Gone,
    ItemDocument,
    NotTracked,
    Rejected,
    RemoteError,
    ToolContext,
    TrackedItem,
    Unauthorized,
    WantedItem,
)
from chatops_jira import filing, twins
from chatops_jira.backlinks import is_linked, lead_back
from chatops_jira.explain import Names
from chatops_jira.find import Finder
from chatops_jira.item import Draft, label, web
from chatops_jira.parallel import side_by_side
from chatops_jira.reading import PROPERTY, Issue, by_name
from chatops_jira.remote import Remote, path_of
from chatops_jira.resolve import key_of
from chatops_jira.tracked import Shelf

Answer = TrackedItem | NotTracked


class Tracker:
    """Answers one question of the core."""

    def __init__(self, ctx: ToolContext, names: Names) -> None:
        self._people = ctx.people
        self._names = names
        self._config = names.config
        self._shelf = Shelf(names.config, ctx.people)
        self._remote = Remote(ctx.http, names)

    def pull(self, tickets: Sequence[str]) -> dict[str, Answer]:
        """How those of these tickets are that this Jira has, or had, by the name that each was asked by."""
        ours = [ticket for ticket in tickets if key_of(ticket, self._config)]
        found = self._named(ours)
        gone = {name: NotTracked(self._absent(name)) for name in ours if name not in found}
        return gone | {name: self._shelf.tracked(issue) for name, issue in found.items()}

    def push(self, items: Sequence[WantedItem]) -> dict[str, Answer]:
        """File what has no ticket, change what has one, and say what became of each."""
        drafts = [Draft(item, self._names, self._people) for item in {i.key: i for i in items}.values()]
        linked = [draft for draft in drafts if draft.item.ticket]
        return self._changed(linked) | self._filed([draft for draft in drafts if not draft.item.ticket])

    def _named(self, tickets: Iterable[str]) -> dict[str, Issue]:
        keys = {ticket: key for ticket in tickets if (key := key_of(ticket, self._config))}
        with self._names.explaining():
            found = by_name(self._remote, list(keys.values()))
        return {ticket: found[key] for ticket, key in keys.items() if key in found}

    def _filed(self, drafts: Sequence[Draft]) -> dict[str, Answer]:
        if not drafts:
            return {}
        finder = Finder(self._remote, self._config.items_project)
        with self._names.explaining(hint=f"Check {self._names.project}."):
            found = finder.find({draft.item.key: label(draft.item) for draft in drafts})
        missing = [draft for draft in drafts if draft.item.key not in found]
        outcomes = zip(missing, filing.file(self._remote, missing), strict=True)
        filed = {draft.item.key: (draft, outcome) for draft, outcome in outcomes}
        refused = {key: error for key, (_, error) in filed.items() if isinstance(error, RemoteError)}
        new = {key: draft.filed(ticket) for key, (draft, ticket) in filed.items() if isinstance(ticket, str)}
        held = found | self._holders(finder, new)
        kept = [draft for draft in drafts if draft.item.key in held]
        work = partial(self._kept, held, new)
        answers = dict(zip((d.item.key for d in kept), side_by_side(work, kept), strict=True))
        return answers | {key: self._not_tracked(error) for key, error in refused.items()}

    def _holders(self, finder: Finder, new: Mapping[str, Issue]) -> dict[str, list[Issue]]:
        """The tickets of each item of which one is `new`, the lowest first: another job may have filed it,
        too, and then each sees the other's unless that has a higher number.
        """
        found = {key: {issue.key: issue} for key, issue in new.items()}
        with self._names.explaining():
            seen = finder.again(issue.key for issue in new.values()) if new else []
        for issue in seen:
            if (key := issue.ours.get("key")) in found:
                found[key][issue.key] = issue
        return {key: sorted(issues.values(), key=finder.order) for key, issues in found.items()}

    def _kept(self, held: Mapping[str, list[Issue]], new: Mapping[str, Issue], draft: Draft) -> TrackedItem:
        """The one ticket that the item has, once it leads to its document and the others are closed."""
        item = draft.item
        issue, *others = held[item.key]
        own = new.get(item.key)
        created = own is not None and own.key == issue.key
        if issue.fields.assignee is None:
            draft.warn_of_owner()
        # A job closes what it has filed itself; what was left open by one that was killed, whoever finds it.
        twice = [o for o in others if not o.is_done and (own is None or o.key == own.key)]
        warnings = [*draft.warnings]
        for twin in twice:
            warnings += twins.close(self._remote, twin.key, issue.key)
        if created or not self._leads_back(issue, item.document):
            issue, refused = self._led_back(issue, item.document)
            warnings += refused
        return self._shelf.tracked(issue, created=created, warnings=tuple(warnings))

    def _leads_back(self, issue: Issue, document: ItemDocument) -> bool:
        url = web(document.url)
        known = bool(url) and issue.ours.get("document") == url
        return known and is_linked(self._remote, issue.key, document)

    def _led_back(self, issue: Issue, document: ItemDocument) -> tuple[Issue, list[str]]:
        """The ticket once it leads to its document and remembers where that is, and what Jira refused."""
        refused, url = lead_back(self._remote, issue.key, document), web(document.url)
        if refused or url in {"", issue.ours.get("document")}:
            return issue, refused
        ours = issue.ours | {"document": url}
        try:
            self._remote.put(path_of(issue.key, "properties", PROPERTY), ours)
        except (Gone, Rejected, Unauthorized) as error:
            return issue, [f"{issue.key} does not remember where its post-mortem is: {error}"]
        return replace(issue, properties={PROPERTY: ours}), []

    def _changed(self, drafts: Sequence[Draft]) -> dict[str, Answer]:
        found = self._named(draft.item.ticket for draft in drafts)

        def change(draft: Draft) -> Answer:
            issue = found.get(draft.item.ticket)
            if issue is None:
                return NotTracked(self._absent(draft.item.ticket))
            try:
                return self._edited(draft, issue)
            except (Gone, Rejected, Unauthorized) as error:
                if error.status == 401:  # noqa: PLR2004
                    raise self._names.explained(error) from error
                return self._not_tracked(error)

        return dict(zip((d.item.key for d in drafts), side_by_side(change, drafts), strict=True))

    def _edited(self, draft: Draft, issue: Issue) -> TrackedItem:
        item, warnings = draft.item, list[str]()
        if "owner" in item.change:
            draft.warn_of_owner()
        said = self._edit(draft, issue.key)
        if "document" in item.change and web(item.document.url):
            issue, warnings = self._led_back(issue, item.document)
        tracked = self._shelf.tracked(issue, warnings=(*draft.warnings, *warnings))
        if "summary" in said:
            tracked = replace(tracked, title=said["summary"])
        if "assignee" in said:
            tracked = replace(tracked, owner=item.owner, person=item.person)
        if "duedate" in said:
            tracked = replace(tracked, due=item.due)
        return tracked

    def _edit(self, draft: Draft, ticket: str) -> dict[str, Any]:
        """Change the fields as far as Jira lets us; return those that were changed."""
        while said := draft.fields(*draft.item.change):
            try:
                self._remote.put(path_of(ticket), {"fields": said})
            except Rejected as error:
                if not draft.leaves_out(filing.refused_fields(error), said):
                    raise
            else:
                break
        return said

    def _absent(self, ticket: str) -> str:
        if key_of(ticket, self._config) is None:
            return f"{ticket} is no ticket of {self._config.server}"
        token = self._names.setting("token")
        return f"{ticket} is not in Jira, or the account of {token} may not see it"

    def _not_tracked(self, error: RemoteError) -> NotTracked:
        return NotTracked(str(self._names.explained(error)))
