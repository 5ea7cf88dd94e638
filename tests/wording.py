"""A service with a catalogue that customers know by other names, and words for them."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from chatops.incident import Incident
from chatops.service import Service
from chatops.service.incidents import Declaration
from tests.folding import check_snapshots
from tests.kit import act

CONFIG = """
[severities.sev0]
impact = "critical"
public = "automatic"
update_every = "30m"
[components.api]
public_name = "Checkout API"
public_id = "q2x0"
[components.web]
public_name = "Web shop"
[services.checkout]
public_name = "Checkout"
components = ["api"]
[services.search]
public_name = "Search"
[services.mail]
public_name = "E-mail"
[services.batch]
[services.odd]
public_name = "{services} {0} %s </script> {{ 7*7 }}"
"""
TITLE = "zq db-7 of customer ACME is down"


@pytest.fixture
def service(make_service: Callable[[str], Service]) -> Iterator[Service]:
    made = make_service(CONFIG)
    yield made
    check_snapshots(made)


def declare(service: Service, *services: str, **said: Any) -> Incident:
    return service.declare(Declaration(title=TITLE, services=services, **said), act(), anew=True).incident


def publish(service: Service, incident: Incident, text: str = "", **how: Any) -> Incident:
    now = service.incident(incident.id)
    return service.publish(incident.id, service.compose(now, text, **how), act()).incident
