"""Post-mortems: publish."""

import click


@click.command("publish")
def publish_command() -> None:
    """To be written."""
