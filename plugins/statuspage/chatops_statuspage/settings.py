"""The settings of `[plugins.statuspage]`."""

import msgspec

from chatops import Secret


class StatuspageConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[plugins.statuspage]`."""

    token: Secret
