"""What Jira refuses, in its own words, together with the setting to change."""

from collections.abc import Iterator
from contextlib import contextmanager

from chatops import Gone, Rejected, RemoteError, Unauthorized
from chatops_jira.settings import JiraConfig

_SETTINGS = {
    "project": "project",
    "pid": "project",
    "issuetype": "issue_type",
    "priority": "priority",
    "labels": "labels",
    "security": "security_level",
    "resolution": "resolutions",
}
_DOCTOR = "`chatops doctor` lists what would do."


class Names:
    """The settings of one instance, as they are named in words to a person."""

    def __init__(self, instance: str, config: JiraConfig) -> None:
        self.instance = instance
        self.config = config

    def setting(self, key: str) -> str:
        """The whole name of the instance's setting."""
        return f"plugins.{self.instance}.{key}"

    def field(self, field: str) -> str:
        """The setting that decides on one of the ticket's fields, with what to do; empty for none."""
        if field == "components":
            services = f"services.NAME.{self.instance}.component"
            return f"Change {self.setting('components')} or {services}: {_DOCTOR}"
        if field in _SETTINGS:
            return f"Change {self.setting(_SETTINGS[field])}: {_DOCTOR}"
        if field in self.config.fields:
            return f"Change {self.setting(f'fields.{field}')}: {_DOCTOR}"
        if field.startswith("customfield_"):
            return f"Give the field a type and a value in {self.setting(f'fields.{field}')}: {_DOCTOR}"
        return ""

    @contextmanager
    def explaining(self, ticket: str = "", hint: str = "") -> Iterator[None]:
        """Raise what is raised in here with the advice that belongs to it. `ticket` is the key of the one
        that is asked for; `hint` names a setting where Jira's words do not say which it is.
        """
        try:
            yield
        except (Unauthorized, Gone, Rejected) as error:
            raise self._explained(error, ticket, hint) from error

    def _explained(self, error: RemoteError, ticket: str, hint: str) -> RemoteError:
        made: RemoteError
        if isinstance(error, Unauthorized):
            made = Unauthorized(f"{error} {self._credentials(error)}")
        elif isinstance(error, Gone) and ticket:
            made = Gone(
                f"{ticket} is no longer in Jira, or the account of {self.setting('token')} may not see it: "
                f"`chatops retry --recreate` opens a new ticket. {error}"
            )
        elif isinstance(error, Gone):
            # Nothing of ours is gone: the address or the project is wrong.
            made = Rejected(f"{error} Check {self.setting('url')} and {self.setting('project')}.")
        else:
            made = Rejected(f"{error} {self._advice(error, hint)}".rstrip())
        made.status, made.answer = error.status, error.answer
        return made

    def _credentials(self, error: RemoteError) -> str:
        user = f" and {self.setting('user')}" if self.config.cloud else ""
        if error.status == 401 and "scope" not in str(error):  # noqa: PLR2004
            return f"Check {self.setting('token')}{user}."
        wanted = "a permission or a scope that the plugin's README lists"
        return f"The account of {self.setting('token')}{user} lacks {wanted}."

    def _advice(self, error: RemoteError, hint: str) -> str:
        if error.status is None:
            return ""
        if error.status < 400:  # noqa: PLR2004
            return f"Check {self.setting('url')}."
        said = error.answer.get("errors") if isinstance(error.answer, dict) else None
        named = [self.field(name) for name in said] if isinstance(said, dict) else []
        return " ".join(dict.fromkeys(advice for advice in named if advice)) or hint
