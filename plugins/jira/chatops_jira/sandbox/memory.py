"""What a stand-in remembers, and what people do to it by hand."""

import copy

from chatops.sandbox import StandIn
from chatops_jira.sandbox import site
from chatops_jira.sandbox.model import Comment, Issue, IssueLink, Project, Rich, Status, User, now


class Memory(StandIn):
    """The site; tests set whatever they like of it.

    `user` and `token` are the credentials, `me` who they are. `permissions` are all that `me` has.
    """

    def __init__(self, url: str = "", *, cloud: bool = True, rehearsing: bool = False) -> None:
        super().__init__(url, rehearsing=rehearsing)
        self.cloud = cloud
        self.user = site.USER
        self.token = site.TOKENS[cloud]
        self.users = site.users()
        self.me = self.users[0]
        self.permissions = set(site.PERMISSIONS)
        self.projects = site.projects(cloud=cloud)
        self.priorities = site.priorities()
        self.resolutions = site.resolutions()
        self.custom_fields = site.custom_fields()
        self.link_types = site.link_types()
        #: Standard fields that are required besides project, issue type and summary.
        self.required_fields: set[str] = set()
        #: Standard fields that are not on the screens, so that they cannot be set.
        self.off_screen: set[str] = set()
        self.issues: list[Issue] = []
        self.issue_links: list[IssueLink] = []
        #: What would have been mailed: the issue's key and what happened to it.
        self.mails: list[tuple[str, str]] = []
        self._numbered = 10_000
        self._made_up = 0

    def number(self) -> int:
        """A number that nothing has yet."""
        self._numbered += 1
        return self._numbered

    def may(self, permission: str) -> bool:
        """Whether the token's owner may do this; a rehearsal cannot know."""
        return self.rehearsing or permission in self.permissions

    def project(self, key: str) -> Project:
        """The project of this key or id; raises LookupError."""
        found = next((p for p in self.projects if key.upper() == p.key or key == p.id), None)
        if found is None:
            raise LookupError(key)
        return found

    def issue(self, key: str) -> Issue:
        """The issue of this key, of one that it had before, or of this id; raises LookupError."""
        wanted = key.upper()
        for issue in self.issues:
            if wanted in {issue.key, issue.id, *issue.old_keys}:
                return issue
        raise LookupError(key)

    def new_key(self, project: Project) -> str:
        """The project's next key; of a rehearsal, one that the real project never has."""
        if self.rehearsing:
            self._made_up += 1
            return f"{project.key}-{'0' * self._made_up}"
        project.numbered += 1
        return f"{project.key}-{project.numbered}"

    def put_issue(self, project: str, summary: str, *, description: Rich | None = None) -> Issue:
        """Somebody opens an issue by hand."""
        home = self.project(project)
        at = now()
        issue = Issue(
            id="0" if self.rehearsing else str(self.number()),
            key=self.new_key(home),
            project=home,
            type=home.types[0],
            status=home.workflow.statuses[0],
            created=at,
            updated=at,
            reporter=self.users[1],
            fields={"summary": summary, "description": description, "labels": []},
        )
        self.add(issue)
        return issue

    def add(self, issue: Issue) -> None:
        """Here is a new issue."""
        issue.note()
        self.issues.append(issue)

    def delete(self, key: str) -> None:
        """Somebody deletes the issue."""
        issue = self.issue(key)
        self.issues.remove(issue)
        self.issue_links = [link for link in self.issue_links if issue.id not in {link.inward, link.outward}]

    def move(self, key: str, project: str) -> Issue:
        """Somebody moves the issue to another project; its old key leads to it for ever."""
        issue, home = self.issue(key), self.project(project)
        issue.old_keys.append(issue.key)
        issue.project, issue.key = home, self.new_key(home)
        issue.type = next((kind for kind in home.types if kind.name == issue.type.name), home.types[0])
        issue.fields["components"] = []
        self.touch(issue)
        return issue

    def transition(self, key: str, status: str) -> Issue:
        """Somebody drags the issue to this status."""
        issue = self.issue(key)
        self.set_status(issue, next(s for s in issue.project.workflow.statuses if s.name == status))
        return issue

    def comment(self, key: str, body: Rich, author: User | None = None) -> Comment:
        """Somebody comments on the issue."""
        issue = self.issue(key)
        at = now()
        said = Comment(str(self.number()), author or self.users[1], body, at, at)
        issue.comments.append(said)
        self.touch(issue)
        return said

    def set_status(self, issue: Issue, status: Status) -> None:
        """The issue has this status, and a resolution while that is a last one."""
        issue.status = status
        if status.category != "done":
            issue.fields.pop("resolution", None)
            issue.resolved = None
        elif issue.resolved is None:
            named = next((r for r in self.resolutions if r.name == status.name), self.resolutions[0])
            issue.fields.setdefault("resolution", copy.copy(named))
            issue.resolved = now()
        self.touch(issue)

    def touch(self, issue: Issue) -> None:
        """The issue was changed just now."""
        issue.updated = now()
        issue.note()
