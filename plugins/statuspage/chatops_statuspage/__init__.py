"""Statuspage."""

from chatops import PublicPlugin
from chatops_statuspage.settings import StatuspageConfig

__all__ = ["Statuspage", "StatuspageConfig"]


class Statuspage(PublicPlugin[StatuspageConfig]):
    """Statuspage."""

    own_transport = False
