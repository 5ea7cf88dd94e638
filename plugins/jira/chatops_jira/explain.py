"""What Jira refuses, in its own words, together with the setting to change."""

from collections.abc import Iterator
from contextlib import contextmanager

from chatops import Gone, Rejected, RemoteError, Unauthorized
from chatops_jira.settings import JiraConfig

_SETTINGS = {
    "issuetype": "issue_type",
    "priority": "priority",
    "labels": "labels",
    "security": "security_level",
    "resolution": "resolutions",
}
#: What the tickets of action items have settings of their own for, and what is not set at all.
_OF_ITEMS = {
    "issuetype": "action_items.issue_type",
    "labels": "action_items.labels",
}
_DOCTOR = "`chatops doctor` lists what would do."


class Names:
    """The settings of one instance, as they are named in words to a person; those of action items, where
    it is `items` that are dealt with.
    """

    def __init__(self, instance: str, config: JiraConfig, *, items: bool = False) -> None:
        self.instance = instance
        self.config = config
        self._items = items

    @property
    def project(self) -> str:
        """The setting that names the project."""
        return self.setting("action_items.project" if self._items_apart else "project")

    @property
    def _items_apart(self) -> bool:
        return self._items and bool(self.config.action_items.project)

    def setting(self, key: str) -> str:
        """The whole name of the instance's setting."""
        return f"plugins.{self.instance}.{key}"

    def account(self, person: str) -> str:
        """The setting that says who the person is in Jira."""
        key = "account_id" if self.config.cloud else "username"
        return f"people.{person}.{self.instance}.{key}"

    def field(self, field: str) -> str:
        """The setting that decides on one of the ticket's fields, with what to do; empty for none."""
        if field in {"project", "pid"}:
            return f"Change {self.project}: {_DOCTOR}"
        if self._items:
            return self._field_of_item(field)
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

    def _field_of_item(self, field: str) -> str:
        if field in _OF_ITEMS:
            return f"Change {self.setting(_OF_ITEMS[field])}: {_DOCTOR}"
        kind = self.setting("action_items.issue_type")
        return f"Let Jira create tickets of this type without it, or name another type in {kind}."

    @contextmanager
    def explaining(self, ticket: str = "", hint: str = "") -> Iterator[None]:
        """Raise what is raised in here with the advice that belongs to it. `ticket` is the key of the one
        that is asked for; `hint` names a setting where Jira's words do not say which it is.
        """
        try:
            yield
        except (Unauthorized, Gone, Rejected) as error:
            raise self.explained(error, ticket, hint) from error

    def explained(self, error: RemoteError, ticket: str = "", hint: str = "") -> RemoteError:
        """The error with the advice that belongs to it, as `explaining` raises it."""
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
            made = Rejected(f"{error} Check {self.setting('url')} and {self.project}.")
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
