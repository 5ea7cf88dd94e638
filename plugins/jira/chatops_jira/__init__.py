"""Jira."""

from chatops import Plugin
from chatops_jira.settings import JiraConfig

__all__ = ["Jira", "JiraConfig"]


class Jira(Plugin[JiraConfig]):
    """Jira."""

    own_transport = False
