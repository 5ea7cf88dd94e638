"""Comments, properties and watchers."""

from werkzeug.wrappers import Request, Response

from chatops.sandbox import answer
from chatops_jira.sandbox.base import api, documents
from chatops_jira.sandbox.bodies import NewComment
from chatops_jira.sandbox.changes import Changes
from chatops_jira.sandbox.fields import Fields
from chatops_jira.sandbox.model import Comment, Issue, now

_UNKNOWN = "Can not find a comment for the id: {}."
#: Cloud's limit; Data Center gives all that there are.
_PAGE = 100


class Comments(Changes):
    """`/issue/{key}/comment`, `/issue/{key}/properties`, `/issue/{key}/watchers`."""

    @api("GET", "/issue/<key>/comment")
    def get_comments(self, request: Request, key: str) -> Response:
        """GET /issue/{key}/comment, a page of them."""
        issue = self.seen(key)
        start, size = self.numbers(request, _PAGE if self.cloud else 1_048_576, 1_048_576)
        order = request.args.get("orderBy", "created")
        if order not in {"created", "+created", " created", "-created"}:
            self.refuse(400, f"'{order}' is not a valid value for orderBy.")
        found = sorted(issue.comments, key=lambda c: (c.created, int(c.id)), reverse=order.startswith("-"))
        shown, deep = self.shown(request), "properties" in request.args.get("expand", "")
        said = {"startAt": start, "maxResults": size, "total": len(found)}
        page = [shown.comment(issue, one, properties=deep) for one in found[start : start + size]]
        return answer(said | {"comments": page})

    @api("POST", "/issue/<key>/comment")
    def post_comment(self, request: Request, key: str) -> Response:
        """POST /issue/{key}/comment."""
        issue = self.written(key)
        self.needs("ADD_COMMENTS", 400, f"{self.me.display}, you do not have the permission to comment.")
        fields = Fields(self, issue.project, documents=documents(request))
        comment = self.new_comment(fields, self.read(request, NewComment))
        issue.comments.append(comment)
        self.touch(issue)
        self.mails.append((issue.key, "commented"))
        deep = "properties" in request.args.get("expand", "")
        return answer(self.shown(request).comment(issue, comment, properties=deep), 201)

    @api("GET", "/issue/<key>/comment/<identity>")
    def get_comment(self, request: Request, key: str, identity: str) -> Response:
        """GET /issue/{key}/comment/{id}."""
        issue = self.seen(key)
        deep = "properties" in request.args.get("expand", "")
        shown = self.shown(request)
        return answer(shown.comment(issue, self._comment(issue, identity), properties=deep))

    @api("PUT", "/issue/<key>/comment/<identity>")
    def put_comment(self, request: Request, key: str, identity: str) -> Response:
        """PUT /issue/{key}/comment/{id}: only one's own, as bots mostly may."""
        issue = self.written(key)
        comment = self._comment(issue, identity)
        if comment.author is not self.me and not self.rehearsing:
            self.refuse(400, f"{self.me.display}, you do not have the permission to edit this comment.")
        fields = Fields(self, issue.project, documents=documents(request))
        comment.body = self.words(fields, self.read(request, NewComment).body)
        comment.updated = now()
        self.touch(issue)
        return answer(self.shown(request).comment(issue, comment))

    @api("DELETE", "/issue/<key>/comment/<identity>")
    def delete_comment(self, _: Request, key: str, identity: str) -> Response:
        """DELETE /issue/{key}/comment/{id}."""
        issue = self.written(key)
        comment = self._comment(issue, identity)
        if comment in issue.comments:
            issue.comments.remove(comment)
        self.touch(issue)
        return answer(None, 204)

    @api("GET", "/issue/<key>/properties")
    def get_properties(self, request: Request, key: str) -> Response:
        """GET /issue/{key}/properties: their keys."""
        issue = self.seen(key)
        address = self.shown(request).address
        keys = [{"key": k, "self": address(f"issue/{issue.id}/properties/{k}")} for k in issue.properties]
        return answer({"keys": keys})

    @api("GET", "/issue/<key>/properties/<name>")
    def get_property(self, _: Request, key: str, name: str) -> Response:
        """GET /issue/{key}/properties/{name}."""
        issue = self.seen(key)
        if name not in issue.properties:
            self.refuse(404, f"The property with key '{name}' does not exist.")
        return answer({"key": name, "value": issue.properties[name]})

    @api("PUT", "/issue/<key>/properties/<name>")
    def set_property(self, request: Request, key: str, name: str) -> Response:
        """PUT /issue/{key}/properties/{name}."""
        issue = self.written(key)
        self.needs("EDIT_ISSUES", 403, "You do not have permission to edit issues in this project.")
        is_new = self.put_property(issue.properties, name, self.body(request))
        return answer({}, 201 if is_new else 200)

    @api("DELETE", "/issue/<key>/properties/<name>")
    def delete_property(self, _: Request, key: str, name: str) -> Response:
        """DELETE /issue/{key}/properties/{name}."""
        issue = self.written(key)
        if issue.properties.pop(name, None) is None and not self.rehearsing:
            self.refuse(404, f"The property with key '{name}' does not exist.")
        return answer(None, 204)

    @api("GET", "/issue/<key>/watchers")
    def get_watchers(self, request: Request, key: str) -> Response:
        """GET /issue/{key}/watchers."""
        issue = self.seen(key)
        shown = self.shown(request)
        return answer(
            {
                "self": shown.address(f"issue/{issue.key}/watchers"),
                "isWatching": self.me in issue.watchers,
                "watchCount": len(issue.watchers),
                "watchers": [shown.user(user) for user in issue.watchers],
            }
        )

    @api("POST", "/issue/<key>/watchers")
    def add_watcher(self, request: Request, key: str) -> Response:
        """POST /issue/{key}/watchers: a string in JSON, or nothing for oneself."""
        issue = self.written(key)
        said = self.body(request) if request.get_data() else None
        if said is not None and not isinstance(said, str):
            self.refuse(400, "Can not deserialize instance of java.lang.String out of START_OBJECT token")
        fields = Fields(self, issue.project, documents=documents(request))
        person = self.me if said is None else fields.somebody(said)
        if person is None:
            self.refuse(400 if self.cloud else 404, f"The user '{said}' does not exist.")
        if person is not self.me:
            self.needs("MANAGE_WATCHERS", 403, "You do not have the permission to manage watchers.")
        if person not in issue.watchers:
            issue.watchers.append(person)
        return answer(None, 204)

    @api("DELETE", "/issue/<key>/watchers")
    def remove_watcher(self, request: Request, key: str) -> Response:
        """DELETE /issue/{key}/watchers."""
        issue = self.written(key)
        given = request.args.get("accountId" if self.cloud else "username", "")
        names = {given} if given else {self.me.account, self.me.name}
        issue.watchers = [user for user in issue.watchers if not {user.account, user.name} & names]
        return answer(None, 204)

    def _comment(self, issue: Issue, identity: str) -> Comment:
        found = next((comment for comment in issue.comments if comment.id == identity), None)
        if found is None and self.rehearsing:
            at = now()
            return Comment(identity, self.me, "", at, at)
        if found is None:
            self.refuse(404, _UNKNOWN.format(identity))
        return found
