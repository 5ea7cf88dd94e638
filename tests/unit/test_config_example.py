"""`config.example.toml` and the schema: both have every setting that there is."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from chatops import config as configuration
from chatops import settings as s
from chatops.cli.schema import schema
from chatops.config import SECTIONS
from chatops.registry import Registry
from chatops_apprise.settings import AppriseConfig, ApprisePublicConfig
from chatops_confluence import ConfluenceConfig, ConfluencePerson
from chatops_jira.settings import (
    JiraConfig,
    JiraField,
    JiraPerson,
    JiraResolutions,
    JiraService,
    JiraStatuses,
)
from chatops_slack.settings import SlackConfig, SlackPerson
from chatops_status_html import StatusHtmlComponent, StatusHtmlConfig
from chatops_statuspage.settings import StatuspageComponent, StatuspageConfig
from chatops_trello import TrelloConfig, TrelloPerson
from chatops_webhook.settings import WebhookConfig, WebhookPublicConfig

EXAMPLE = Path(__file__).parents[2] / "config.example.toml"
#: A line of the example that holds a setting which is commented out.
COMMENTED = re.compile(r"^# (?=[\w.-]+ = )", re.MULTILINE)
#: The tables of the example, and the type that each is read into.
TABLES: list[tuple[str, type[msgspec.Struct]]] = [
    ("core", s.CoreSettings),
    ("public", s.PublicSettings),
    ("actions", s.ActionsSettings),
    ("actions.wins", s.Wins),
    ("postmortem", s.PostmortemSettings),
    ("severities.*", s.SeveritySettings),
    ("components.*", s.ComponentSettings),
    ("components.*.status", StatuspageComponent),
    ("components.*.status-page", StatusHtmlComponent),
    ("services.*", s.ServiceSettings),
    ("services.*.jira", JiraService),
    ("people.*", s.PersonSettings),
    ("people.*.jira", JiraPerson),
    ("people.*.slack", SlackPerson),
    ("people.*.trello", TrelloPerson),
    ("people.*.wiki", ConfluencePerson),
    ("plugins.jira", JiraConfig),
    ("plugins.jira.fields.*", JiraField),
    ("plugins.jira.resolutions", JiraResolutions),
    ("plugins.jira.statuses", JiraStatuses),
    ("plugins.slack", SlackConfig),
    ("plugins.status", StatuspageConfig),
    ("plugins.status-page", StatusHtmlConfig),
    ("plugins.audit", WebhookConfig),
    ("plugins.colleagues", AppriseConfig),
    ("plugins.customers", ApprisePublicConfig),
    ("plugins.subscribers", WebhookPublicConfig),
    ("plugins.trello", TrelloConfig),
    ("plugins.wiki", ConfluenceConfig),
    ("plugins.*.when", s.When),
]


def tables(data: dict[str, Any], path: str) -> Iterator[dict[str, Any]]:
    """The tables at a path, where `*` is every name."""
    first, _, rest = path.partition(".")
    for name in data if first == "*" else [first] if first in data else []:
        if rest:
            yield from tables(data[name], rest)
        else:
            yield data[name]


def test_the_example_loads_with_every_plugin_in_it() -> None:
    config = configuration.load(EXAMPLE)
    assert config.problems == []
    assert {name: Registry(config).load(name).settings.config for name in config.instances}


@pytest.mark.parametrize(("path", "wanted"), TABLES, ids=[path for path, _ in TABLES])
def test_the_example_has_every_setting_and_no_other(path: str, wanted: type[msgspec.Struct]) -> None:
    data = tomllib.loads(COMMENTED.sub("", EXAMPLE.read_text()))
    guests = set(data["plugins"]) if path.count(".") == 1 and not path.startswith("plugins.") else set()
    named = {key for table in tables(data, path) for key in table} - {"use", "when"} - guests
    assert named == {field.encode_name for field in msgspec.structs.fields(wanted)} - {"plugins"}


def test_every_type_of_settings_is_in_the_example() -> None:
    kinds = {kind for kind in vars(s).values() if isinstance(kind, type) and issubclass(kind, msgspec.Struct)}
    assert kinds - {s.InstanceSettings} <= {wanted for _, wanted in TABLES}


def test_what_the_example_shows_as_a_default_is_one() -> None:
    found = tomllib.loads(COMMENTED.sub("", EXAMPLE.read_text()))
    assert found["public"] == configuration.DEFAULTS["public"]
    for section, default in (("core", s.CoreSettings()),):
        assert found[section] == msgspec.to_builtins(default)


def test_the_schema_has_every_setting_and_refuses_others() -> None:
    found = schema(configuration.load(EXAMPLE))["properties"]
    assert set(found) == set(SECTIONS)
    core = found["core"]
    assert (set(core["properties"]), core["additionalProperties"]) == (
        set(s.CoreSettings.__struct_fields__),
        False,
    )
    severity = found["severities"]["additionalProperties"]["properties"]
    assert severity["impact"]["enum"] == ["critical", "major", "minor", "none"]
    assert re.fullmatch(severity["update_every"]["pattern"], "1h30m")
    assert found["components"]["additionalProperties"]["required"] == ["public_name"]
    (page,) = [o for o in found["plugins"]["additionalProperties"]["anyOf"] if o["title"] == "status_html"]
    assert set(page["properties"]) == {"use", "when", *StatusHtmlConfig.__struct_fields__}
    assert (page["properties"]["use"], page["required"]) == ({"const": "status_html"}, ["use"])
