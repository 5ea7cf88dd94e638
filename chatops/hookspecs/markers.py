"""The two marks: `hookspec` on what this package declares, `hookimpl` on what a plugin implements."""

import pluggy

hookspec = pluggy.HookspecMarker("chatops")
hookimpl = pluggy.HookimplMarker("chatops")
