"""Post-mortems: draft."""

import click


@click.command("draft")
def draft_command() -> None:
    """To be written."""
