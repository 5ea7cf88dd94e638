"""The two marks: `hookspec` on what this package declares, `hookimpl` on what a plugin implements."""

import pluggy

hookspec = pluggy.HookspecMarker("chatops")
hookimpl = pluggy.HookimplMarker("chatops")


def hook_names(specs: type) -> list[str]:
    """The names of the hooks that a class of specs declares, or inherits."""
    return sorted(name for name in dir(specs) if hasattr(getattr(specs, name), "chatops_spec"))
