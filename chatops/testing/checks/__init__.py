"""What `PluginConformance` asks of a plugin. Each check ends the test with a lesson where it is not so."""

from chatops.testing.checks.asking import questions
from chatops.testing.checks.faults import GARBAGE, garbage, refusal
from chatops.testing.checks.hidden import secrets
from chatops.testing.checks.moments import MOMENTS, bad_moment
from chatops.testing.checks.once import lost_replies, many_at_once, twice
from chatops.testing.checks.quiet import hostile_text, internal_words, sockets
from chatops.testing.checks.rehearsed import dry_run
from chatops.testing.checks.settings import unknown_settings
from chatops.testing.checks.working import every_hook, loads

__all__ = [
    "GARBAGE",
    "MOMENTS",
    "bad_moment",
    "dry_run",
    "every_hook",
    "garbage",
    "hostile_text",
    "internal_words",
    "loads",
    "lost_replies",
    "many_at_once",
    "questions",
    "refusal",
    "secrets",
    "sockets",
    "twice",
    "unknown_settings",
]
