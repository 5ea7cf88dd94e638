"""`/issue/{key}/transitions`."""

from typing import Any, Final

from werkzeug.wrappers import Request, Response

from chatops.sandbox import answer
from chatops_jira.sandbox.base import api, documents
from chatops_jira.sandbox.bodies import Update
from chatops_jira.sandbox.changes import Changes
from chatops_jira.sandbox.fields import NOT_ON_SCREEN, Fields
from chatops_jira.sandbox.model import Issue, Transition

_CONDITIONS: Final = {"isInitial": False, "isAvailable": True, "isConditional": False, "isLooped": False}


class Transitions(Changes):
    """The ways from one status to the next."""

    @api("GET", "/issue/<key>/transitions")
    def get_transitions(self, request: Request, key: str) -> Response:
        """GET /issue/{key}/transitions: those that the token's owner may make now."""
        issue = self.seen(key)
        wanted = request.args.get("transitionId")
        deep = "transitions.fields" in request.args.get("expand", "")
        ways = [one for one in self.ways(issue) if wanted in {None, one.id}]
        shown = [self.way(issue, one, request, deep=deep) for one in ways]
        return answer({"expand": "transitions", "transitions": shown})

    @api("POST", "/issue/<key>/transitions")
    def transition_issue(self, request: Request, key: str) -> Response:
        """POST /issue/{key}/transitions."""
        issue = self.written(key)
        said = self.read(request, Update)
        if said.transition is None:
            self.refuse(400, "Missing 'transition' identifier")
        self.go(issue, said, request)
        self.mails.append((issue.key, "transitioned"))
        return answer(None, 204)

    def ways(self, issue: Issue) -> list[Transition]:
        """The transitions that lead on from where the issue is."""
        if not self.may("TRANSITION_ISSUES"):
            return []
        every = issue.project.workflow.transitions
        return [one for one in every if not one.sources or issue.status.name in one.sources]

    def go(self, issue: Issue, said: Update, request: Request) -> None:
        """Make the transition that is said; raises Refused."""
        identity = str((said.transition or {}).get("id", ""))
        way = next((one for one in self.ways(issue) if one.id == identity), None)
        if way is None and self.rehearsing:
            return
        if way is None:
            self.refuse(400, f"Transition id '{identity}' is not valid for this issue.")
        errors = {name: NOT_ON_SCREEN.format(name) for name in said.fields if name not in way.fields}
        errors |= {n: f"{n.capitalize()} is required." for n in way.required if not said.fields.get(n)}
        if errors:
            self.refuse(400, errors=errors)
        fields = Fields(self, issue.project, documents=documents(request), screen=way.fields)
        values, comments = self.good(fields, said.fields), self.comments_in(fields, said)
        issue.fields |= values
        issue.comments += comments
        self.set_status(issue, self._target(issue, way))

    def _target(self, issue: Issue, way: Transition) -> Any:
        return next(status for status in issue.project.workflow.statuses if status.name == way.to)

    def way(self, issue: Issue, way: Transition, request: Request, *, deep: bool = False) -> dict[str, Any]:
        """A transition; `deep` shows its screen as well."""
        status = self.shown(request).status(self._target(issue, way))
        said: dict[str, Any] = {"id": way.id, "name": way.name, "to": status}
        if self.cloud:
            said |= {"hasScreen": bool(way.fields), "isGlobal": not way.sources, **_CONDITIONS}
        if deep:
            said["fields"] = {name: self._on_screen(way, name) for name in way.fields}
        return said

    def _on_screen(self, way: Transition, name: str) -> dict[str, Any]:
        shown: dict[str, Any] = {
            "required": name in way.required,
            "schema": {"type": name if name == "resolution" else "string", "system": name},
            "name": name.capitalize(),
            "key": name,
            "operations": ["set"],
        }
        if name == "resolution":
            shown["allowedValues"] = [{"id": r.id, "name": r.name} for r in self.resolutions]
        return shown
