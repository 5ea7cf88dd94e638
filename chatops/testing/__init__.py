"""For the tests of a plugin: the plugin at work against its remote, and what everybody may expect of it.

It is a plugin of pytest as well, with the fixtures of `chatops.testing.fixtures`. Install it with
`chatops-incident[testing]`.
"""

from chatops.sandbox import FakeRemote
from chatops.service.sample import Playing, Sample
from chatops.testing.command import Cli, Done
from chatops.testing.conformance import PluginConformance
from chatops.testing.samples import event
from chatops.testing.site import Site
from chatops.testing.trial import Trial

__all__ = [
    "Cli",
    "Done",
    "FakeRemote",
    "Playing",
    "PluginConformance",
    "Sample",
    "Site",
    "Trial",
    "event",
]
