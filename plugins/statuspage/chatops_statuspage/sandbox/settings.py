"""What is on the stand-in's page, and the configuration of whoever talks to it."""

from typing import Any, Final

TITLE: Final = "Example status"
PAGE: Final = "4lzycl8t1x0c"
TOKEN: Final = "sandbox-statuspage-key"  # noqa: S105  (nothing real takes it)
COMPONENTS: Final[list[dict[str, Any]]] = [
    {
        "id": "q2x0v9m1wxjl",
        "name": "Checkout API",
        "description": "Baskets, payments and orders",
        "position": 1,
    },
    {
        "id": "b13yz5g2cw10",
        "name": "Search",
        "description": "The search box and its suggestions",
        "position": 2,
    },
    {
        "id": "8kbf7d35c070",
        "name": "Website",
        "description": "Everything that a browser shows",
        "position": 3,
    },
    {"id": "vtnh60py4yd7", "name": "Mobile app", "position": 4},
]
SUBSCRIBERS: Final[list[dict[str, Any]]] = [
    {"address": "ada@customer.example"},
    {"address": "ben@customer.example"},
    {"address": "+15550100", "mode": "sms"},
    {"address": "https://hooks.customer.example/status", "mode": "webhook"},
]


def config(url: str) -> str:
    """The tables of an instance `status`, of two components of the page, and of the services behind them."""
    return f"""\
[plugins.status]
use = "statuspage"
url = "{url}/v1"
page = "{PAGE}"
token = {{ command = ["echo", "{TOKEN}"] }}
publish_postmortem = true
pace = {{ requests = 1000, per = "1s" }}

[components.checkout-api]
public_name = "Checkout API"
status.id = "q2x0v9m1wxjl"

[components.search]
public_name = "Search"
status.id = "b13yz5g2cw10"

[services.checkout]
owner = "payments"
public_name = "Checkout"
components = ["checkout-api"]

[services.search]
owner = "discovery"
public_name = "Search"
components = ["search"]
"""
