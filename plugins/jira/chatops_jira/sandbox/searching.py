"""Search, which knows less than there is while its index lags."""

import base64
from datetime import timedelta
from typing import Any, Final

from werkzeug.wrappers import Request, Response

from chatops.sandbox import answer
from chatops_jira.sandbox.base import Base, api, listed
from chatops_jira.sandbox.bodies import Search
from chatops_jira.sandbox.clauses import BadJql
from chatops_jira.sandbox.jql import Query, Reader
from chatops_jira.sandbox.model import Issue, now

MOST: Final = 5000
#: On Data Center, which sends less than was asked for.
MOST_CLASSIC: Final = 1000
MOST_RECONCILED: Final = 50
#: What the removed search answers on Cloud.
REMOVED: Final = (
    "The requested API has been removed. Please migrate to the /rest/api/3/search/jql API. "
    "A full migration guideline is available at https://developer.atlassian.com/changelog/#CHANGE-2046"
)


class Searching(Base):
    """`/search/jql` and `/search/approximate-count` on Cloud, `/search` on Data Center."""

    @api("GET", "/search/jql")
    def search_jql(self, request: Request) -> Response:
        """GET /search/jql."""
        return self._jql(self._asked(request), request)

    @api("POST", "/search/jql")
    def post_search_jql(self, request: Request) -> Response:
        """POST /search/jql."""
        return self._jql(self.read(request, Search), request)

    @api("POST", "/search/approximate-count")
    def count(self, request: Request) -> Response:
        """POST /search/approximate-count."""
        self._on_cloud()
        query = self._query(self.read(request, Search).jql, bounded=True)
        return answer({"count": len(self._found(query, set()))})

    @api("GET", "/search")
    def search(self, request: Request) -> Response:
        """GET /search."""
        return self._classic(self._asked(request), request)

    @api("POST", "/search")
    def post_search(self, request: Request) -> Response:
        """POST /search."""
        return self._classic(self.read(request, Search), request)

    def _asked(self, request: Request) -> Search:
        args = request.args
        one = {n: args[n] for n in ("jql", "nextPageToken", "maxResults", "startAt") if n in args}
        many = {n: listed(args.getlist(n)) for n in ("fields", "properties", "reconcileIssues")}
        return self.shaped(one | many, Search)

    def _jql(self, said: Search, request: Request) -> Response:
        self._on_cloud()
        try:
            start = int(base64.urlsafe_b64decode(said.next_page_token or "MA==").decode())
        except ValueError:
            self.refuse(400, "The provided next page token is invalid or expired.")
        if not 1 <= said.max_results <= MOST:
            self.refuse(400, f"maxResults must be between 1 and {MOST}.")
        if len(said.reconcile_issues) > MOST_RECONCILED:
            self.refuse(400, f"At most {MOST_RECONCILED} issues can be reconciled.")
        query = self._query(said.jql, bounded=True)
        found = self._found(query, {str(one) for one in said.reconcile_issues})
        end = start + said.max_results
        shown, wanted = self.shown(request), said.fields or ["id"]
        issues = [shown.issue(one, wanted, said.properties, brief=True) for one in found[start:end]]
        reply: dict[str, Any] = {"issues": issues, "isLast": end >= len(found)}
        if end < len(found):
            reply["nextPageToken"] = base64.urlsafe_b64encode(str(end).encode()).decode()
        return answer(reply)

    def _classic(self, said: Search, request: Request) -> Response:
        if self.cloud:
            self.refuse(410, REMOVED)
        found = self._found(self._query(said.jql, bounded=False), set())
        start, size = max(0, said.start_at), min(said.max_results, MOST_CLASSIC)
        shown, wanted = self.shown(request), said.fields or ["*navigable"]
        issues = [shown.issue(one, wanted, said.properties) for one in found[start : start + size]]
        page = {"startAt": start, "maxResults": size, "total": len(found)}
        return answer({"expand": "schema,names", **page, "issues": issues})

    def _on_cloud(self) -> None:
        if not self.cloud:
            self.refuse(404, "null for uri: /rest/api/2/search/jql")

    def _query(self, jql: str, *, bounded: bool) -> Query:
        try:
            query = Reader(jql, self._exists).read()
        except BadJql as bad:
            self.refuse(400, str(bad))
        if bounded and not query.bounded:
            words = (
                "Unbounded JQL queries are not allowed here. Please add a search restriction to your query."
            )
            self.refuse(400, words)
        return query

    def _exists(self, field: str, value: str) -> bool:
        if field == "project":
            names = {name.lower() for home in self.projects for name in (home.key, home.id, home.name)}
            return self.rehearsing or (self.may("BROWSE_PROJECTS") and value.lower() in names)
        try:
            self.issue(value)
        except LookupError:
            return False
        return True

    def _found(self, query: Query, reconciled: set[str]) -> list[Issue]:
        """What the index knows and the token's owner may see; a rehearsal cannot say that there is none."""
        horizon = now() - timedelta(seconds=self.lag())
        found = []
        for issue in self.issues if self.may("BROWSE_PROJECTS") else ():
            level = issue.fields.get("security")
            known = [state for at, state in issue.known if at <= horizon or issue.id in reconciled]
            if known and (level is None or level.seen) and query.test(issue, known[-1]):
                found.append(issue)
        if self.rehearsing and not found:
            self.refuse(404, "This is known to the real one alone.")
        return query.sorted(found)
