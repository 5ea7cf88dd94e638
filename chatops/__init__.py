"""chatops: run an incident from the first alert to the last follow-up.

What a plugin author needs is imported from here; anything else may change without notice.
"""

from importlib import import_module
from importlib.machinery import PathFinder
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from chatops.api import *  # noqa: F403  (the list has one home)


def __getattr__(name: str) -> Any:
    """Import the public names when the first is used: the command line starts without them."""
    # `from chatops import events` asks here before it looks for a module.
    if PathFinder.find_spec(f"chatops.{name}", __path__) is None:  # noqa: F405  (a package has one)
        api = import_module("chatops.api")
        if name in ("__all__", *api.__all__):
            return getattr(api, name)
    raise AttributeError(f"module 'chatops' has no attribute {name!r}")
