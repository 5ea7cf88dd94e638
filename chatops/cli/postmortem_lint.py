"""Post-mortems: lint."""

import click


@click.command("lint")
def lint_command() -> None:
    """To be written."""
