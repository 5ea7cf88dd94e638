"""What a check of documents found: where, by which rule, and why."""

from typing import Literal

import msgspec

Weight = Literal["error", "warning", "note"]


class Remark(msgspec.Struct, frozen=True, kw_only=True):
    """One finding. `path` is the file as it was named, `line` counts from 1; `rule` is the name by which it
    is left out, and `message` says what is wrong and what to do.
    """

    path: str
    line: int
    rule: str
    message: str
    weight: Weight = "warning"
