"""The settings of `[plugins.slack]`."""

import msgspec

from chatops import Secret


class SlackConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[plugins.slack]`."""

    token: Secret
