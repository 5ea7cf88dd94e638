"""An incident that is over, and the file that its post-mortem is drafted in."""

import pytest

from tests.kit import Cli

CONFIG = """\
[severities.sev1]
review_within = "5d"
[severities.sev2]
"""
NAME = "postmortems/2026-11-21-inc-1-checkout-returns-500s.md"


@pytest.fixture
def over(cli: Cli) -> Cli:
    """An incident that is over."""
    cli.configure(CONFIG)
    at = "2026-11-21 {}".format
    declared = (
        "Checkout returns 500s",
        "--severity",
        "sev1",
        "--started-at",
        at("11:40"),
        "--at",
        at("11:52"),
    )
    cli.here("declare", *declared, "--detected-by", "monitoring", "--no-public")
    cli.here("ack", "INC-1", "--at", at("11:55"))
    cli.here("update", "INC-1", "Rolled back", "--status", "monitoring", "--at", at("12:40"), "--no-public")
    cli.here("resolve", "INC-1", "--at", at("13:40"), "--no-public")
    return cli


def text(cli: Cli, name: str = NAME) -> str:
    return (cli.home / name).read_text()
