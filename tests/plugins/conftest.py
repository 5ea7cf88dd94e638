"""Which of the inherited tests are asked of our own plugins each time."""

from pathlib import Path

import pytest

INHERITED = Path(__file__).with_name("test_conformance.py")
#: What differs from others in a value alone; CI asks it, too.
SELDOM = tuple(
    f"[{value}]"
    for value in ("403", "429", "500", "a list", "a text", "an empty object", "half an object", "null")
)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path == INHERITED and item.name.endswith(SELDOM):
            item.add_marker(pytest.mark.long)
