"""The rules: what each is called, and why there is one."""

from collections.abc import Mapping
from typing import Final

RULES: Final[Mapping[str, str]] = {
    "empty-section": "A heading with nothing below it promises the reader what nobody has written.",
    "stats-missing": "Figures that were never filled in cannot be compared with those of the next incident.",
    "few-whys": "Fewer than three whys end at what broke, and not at why it could.",
    "human-cause": "A person is where the question starts: the cause is the safeguard that was missing.",
    "blaming": "Who is blamed tells less the next time.",
    "ownerless": "What nobody has taken on is not done.",
    "undated": "What has no date is done later than everything that has one.",
    "unlinked": "What is in no tracker is seen by nobody who plans work.",
    "review-overdue": "A post-mortem that is not reviewed in time has taught one person.",
    "front-matter": "Front matter that cannot be read hides who may read it, and whose post-mortem it is.",
    "unknown-rule": "A comment that names no rule leaves none out.",
}
