"""What may have arrived is shown with when its remote is asked again."""

import re
from datetime import timedelta

import pytest

from chatops.events import utcnow
from tests.acceptance.helpers import service
from tests.kit import Cli

LOSES = """
class Loses(Plugin):
    settle = 20.0

    @hookimpl
    def incident_declared(self, event, ctx):
        def create(key):
            raise Unknown("no answer came")
        return ctx.once("ticket", create=create, find=lambda key: None)
"""


@pytest.fixture
def lost(cli: Cli) -> Cli:
    """One delivery that may have arrived."""
    cli.site.install(LOSES, loses="Loses")
    cli.configure("[plugins.loses]\n")
    said = cli.here("declare", "Down", "--no-public", code=3).out
    assert re.search(
        r"\? loses: incident_declared may have arrived, asked again in [34]\d s: no answer", said
    )
    return cli


def row(cli: Cli) -> list[str]:
    """The delivery as `deliveries` lists it: to, hook, state, due, tried, why."""
    (line,) = cli.here("deliveries").out.splitlines()[1:]
    return re.split(r"  +", line.strip())[2:]


def test_soon(lost: Cli) -> None:
    assert re.search(r"may have arrived, asked again in \d\d s: no answer came", lost("show").out)
    to, hook, state, due, tried, why = row(lost)
    assert (to, hook, state, tried, why) == (
        "loses",
        "incident_declared",
        "unconfirmed",
        "1",
        "no answer came",
    )
    assert re.fullmatch(r"in \d\d s", due)


@pytest.mark.parametrize("held_back", ["delivery", "instance"])
def test_later(lost: Cli, held_back: str) -> None:
    """A remote that is down is left alone: until then nobody asks it either."""
    later = utcnow() + timedelta(days=2)
    with service(lost) as opened:
        (delivery,) = opened.store.deliveries.unsettled()
        if held_back == "instance":
            opened.store.instances.pause("loses", later)
        else:
            opened.store.deliveries.settle(delivery, "unconfirmed", "no answer came", due_at=later)
    at = f"at {later:%Y-%m-%d %H:%M}"
    assert f"may have arrived, asked again {at}: no answer came" in lost("show").out
    assert row(lost)[3] == at


def test_when_its_time_has_come(lost: Cli) -> None:
    with service(lost) as opened:
        (delivery,) = opened.store.deliveries.unsettled()
        opened.store.deliveries.settle(delivery, "unconfirmed", "no answer came", due_at=utcnow())
    assert "may have arrived, asked again now" in lost("show").out
    assert row(lost)[3] == "now"
