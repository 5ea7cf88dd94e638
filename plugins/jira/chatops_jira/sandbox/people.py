"""Who there is."""

from werkzeug.wrappers import Request, Response

from chatops.sandbox import answer
from chatops_jira.sandbox.base import Base, api
from chatops_jira.sandbox.model import User


class People(Base):
    """`/user`."""

    @api("GET", "/user")
    def get_user(self, request: Request) -> Response:
        """GET /user, by account id on Cloud, by name on Data Center."""
        self.knows()
        given = request.args.get("accountId" if self.cloud else "username")
        found = next((u for u in self.users if given == (u.account if self.cloud else u.name)), None)
        if found is None:
            self.refuse(
                404, f"The user with the {'accountId' if self.cloud else 'name'} '{given}' does not exist"
            )
        return answer(self.shown(request).user(found))

    @api("GET", "/user/search")
    def search_users(self, request: Request) -> Response:
        """GET /user/search: by name, or by the address where its owner shows it."""
        self.knows()
        given = request.args.get("query" if self.cloud else "username", "")
        wanted = request.args.get("accountId") if self.cloud else None
        if not given and not wanted:
            words = "'accountId' or 'query' query parameter needs to be provided"
            self.refuse(400, words if self.cloud else "The username query parameter was not provided")
        if not self.may("USER_PICKER"):
            return answer([])
        return self._matching(request, given, wanted)

    @api("GET", "/user/assignable/search")
    def search_assignable_users(self, request: Request) -> Response:
        """GET /user/assignable/search, for a project or an issue."""
        self.knows()
        if key := request.args.get("issueKey"):
            self.seen(key)
        elif (key := request.args.get("project")) is None:
            self.refuse(400, "Either 'project' or 'issueKey' must be given.")
        elif key.upper() not in {home.key for home in self.projects}:
            self.refuse(404, f"No project could be found with key '{key}'.")
        return self._matching(request, request.args.get("query") or request.args.get("username", ""))

    def _matching(self, request: Request, given: str, account: str | None = None) -> Response:
        start, size = self.numbers(request, 50, 1000)
        found = [user for user in self.users if user.active and self._is(user, given, account)]
        return answer([self.shown(request).user(user) for user in found[start : start + size]])

    def _is(self, user: User, given: str, account: str | None) -> bool:
        if account:
            return user.account == account
        names = [*user.display.lower().split(), user.display.lower()]
        names += [] if self.cloud else [user.name.lower()]
        names += [user.email.lower()] if user.email_shown or not self.cloud else []
        return any(name.startswith(given.lower()) for name in names)
