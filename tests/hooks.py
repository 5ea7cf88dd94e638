"""Every hook that there is, by its name."""

import pytest

from chatops import hookspecs
from chatops.cli import hooks as told
from chatops.hookspecs import Questions, Tracking

BY_GROUP = [told.hooks(spec) for spec in hookspecs.GROUPS.values()]
HOOKS = {name: hook for hooks in BY_GROUP for name, hook in hooks.items()}
QUESTIONS = {*told.hooks(Questions), *told.hooks(Tracking)}

every_hook = pytest.mark.parametrize("name", HOOKS)
