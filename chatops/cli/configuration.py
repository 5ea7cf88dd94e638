"""What is configured: config check, config show, config schema."""

import tomllib
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import click

from chatops import config as configuration
from chatops.cli import Suggesting
from chatops.cli.options import output_options
from chatops.cli.output import Shown, say, to_json
from chatops.errors import ConfigError, PluginError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from chatops.config import Config
    from chatops.reading import Problem

PROBLEMS_FOUND: Final = 4


@click.group(cls=Suggesting)
def config_command() -> None:
    """Check or show the configuration, or describe it to an editor."""


@config_command.command("check")
@output_options
def check_command(shown: Shown) -> None:
    """Read the configuration and load every plugin that it enables, and say all that is wrong.

    The exit code is 4 where something is wrong.

    \b
    Examples:
      chatops config check
      chatops --config new.toml config check --json
    """
    config = loaded()
    problems = [*config.problems, *_of_store(config), *_of_plugins(config)]
    shown.data({"path": config.path and str(config.path), "problems": problems})
    shown.ids(problem.path for problem in problems)
    if not problems:
        shown.text(f"ok: {config.where}")
        if config.embedded:
            shown.text("There is no configuration file. To write one: chatops init")
        return
    shown.text(config.where)
    for problem in problems:
        shown.text(f"  {problem}")
    raise SystemExit(PROBLEMS_FOUND)


@config_command.command("show")
@output_options
def show_command(shown: Shown) -> None:
    """Show the settings in force, the defaults too. Secrets are hidden; where they are kept is shown.

    \b
    Examples:
      chatops config show
      chatops config show --json | jq .settings.plugins
    """
    from chatops.cli import toml
    from chatops.cli.effective import effective

    config = loaded()
    settings = effective(config)
    shown.data({"path": config.path and str(config.path), "settings": settings, "problems": config.problems})
    shown.ids([config.where])
    if shown.form == "text":
        say(f"# {config.where}")
        for problem in config.problems:
            say(f"# {problem}")
        say()
        for line in toml.document(settings, _written(config)):
            say(line)


@config_command.command("schema")
@output_options
def schema_command(shown: Shown) -> None:
    """Print a JSON Schema of the configuration, with the settings of every plugin that is installed.

    An editor that knows it completes and checks the file: make `#:schema ./chatops.schema.json` its
    first line.

    \b
    Example:
      chatops config schema > chatops.schema.json
    """
    from chatops.cli.schema import schema

    shown.text(to_json(found := schema(loaded())))
    shown.data(found)
    shown.ids(found["properties"])


def loaded() -> "Config":
    """The configuration that the command line names."""
    return configuration.load(click.get_current_context().find_root().obj)


def _written(config: "Config") -> dict[str, Any]:
    """What the file itself says, without the defaults."""
    if config.path is None or config.broken:
        return {}
    return tomllib.loads(config.path.read_text(encoding="utf-8-sig"))


def _of_plugins(config: "Config") -> "Iterator[Problem]":
    from chatops.dispatch.in_time import in_time
    from chatops.registry import Registry
    from chatops.service.doctor import problems_of

    registry = Registry(config)
    _ = registry.installed  # found once, and not by every thread
    known = set(config.problems)
    work = {name: partial(registry.load, name) for name in config.instances}
    for name, result in in_time(work).items():
        if isinstance(result, PluginError):
            yield from (problem for problem in problems_of(name, result) if problem not in known)


def _of_store(config: "Config") -> "Iterator[Problem]":
    from chatops.reading import Problem
    from chatops.service.service import store_place

    try:
        store_place(config)
    except ConfigError as error:
        path, _, message = str(error).rpartition("core.store: ")
        yield Problem("core.store" if path else "CHATOPS_STORE", message)
