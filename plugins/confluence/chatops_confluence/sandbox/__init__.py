"""Confluence's stand-in: spaces, pages with their versions, properties and labels, as people read them."""

from chatops_confluence.sandbox.standin import ConfluenceStandIn
from chatops_confluence.sandbox.state import BOT, DANA, MARTA, Page, Property, Space, Version

__all__ = ["BOT", "DANA", "MARTA", "ConfluenceStandIn", "Page", "Property", "Space", "Version"]
