"""The settings of `[plugins.jira]`."""

import msgspec

from chatops import Secret


class JiraConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[plugins.jira]`."""

    token: Secret
