"""Fixtures of the unit tests."""

from collections.abc import Callable, Iterator

import pytest

from chatops.service import Service
from tests.kit import Site
from tests.stage import NAMES, Stage


@pytest.fixture
def stage(site: Site, make_service: Callable[[str], Service]) -> Iterator[Stage]:
    """The plugins teller, linker, pager, auditor and page, installed."""
    site.install("from tests.stage import Auditor, Linker, Page, Pager, Teller", **NAMES)
    made = Stage.current = Stage(site, make_service)
    yield made
    made.over.set()
    Stage.current = None
