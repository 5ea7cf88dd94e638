"""The one way to the world: what every request keeps to, and what every answer becomes."""

from chatops.http.client import Http
from chatops.http.terms import Exchange, Terms

__all__ = ["Exchange", "Http", "Terms"]
