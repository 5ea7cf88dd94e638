"""Stand-ins for remote services, over real HTTP on loopback, with every fault on demand.

A plugin ships one: a subclass of `StandIn`, or of `FakeRemote`, which is one already. It has an entry point
of the plugin's name in the group `chatops.sandboxes`.
"""

from chatops.sandbox.faults import Fault, Faults
from chatops.sandbox.log import Asked, Log
from chatops.sandbox.remote import FakeRemote, Kept
from chatops.sandbox.server import Sandbox, standins
from chatops.sandbox.standin import Refused, StandIn, answer, route

__all__ = [
    "Asked",
    "FakeRemote",
    "Fault",
    "Faults",
    "Kept",
    "Log",
    "Refused",
    "Sandbox",
    "StandIn",
    "answer",
    "route",
    "standins",
]
