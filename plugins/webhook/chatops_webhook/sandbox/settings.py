"""What the stand-ins accept, and the configuration of whoever posts to them."""

from typing import Final

SECRET: Final = "whsec_c2FuZGJveC13ZWJob29rLXNlY3JldC1vZi0zMi1ieXRl"  # noqa: S105  (nothing real takes it)
TOKEN: Final = "sandbox-webhook-token"  # noqa: S105


def config(use: str, url: str) -> str:
    """The table of an instance that is named after its plugin."""
    return f"""\
[plugins.{use}]
use = "{use}"
url = "{url}/events"
secret = {{ command = ["echo", "{SECRET}"] }}
headers.Authorization = {{ command = ["echo", "Bearer {TOKEN}"] }}
allow_private = true
"""
