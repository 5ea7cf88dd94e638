"""Post-mortems: draft, lint, publish."""

import click

from chatops.cli import Suggesting
from chatops.cli.postmortem_draft import draft_command
from chatops.cli.postmortem_lint import lint_command
from chatops.cli.postmortem_publish import publish_command


@click.group(cls=Suggesting)
def postmortem_command() -> None:
    """Draft the post-mortem of an incident, check it, and publish it."""


for command in (draft_command, lint_command, publish_command):
    postmortem_command.add_command(command)
