"""Post-mortems: lint."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from chatops.cli.actions_reading import meant
from chatops.cli.changed import Changed, changed_since_option
from chatops.cli.options import OneOf, output_options
from chatops.cli.output import Shown, warn
from chatops.cli.remarks import Report, Written, format_option, leave, show
from chatops.errors import ConfigError, UnknownName
from chatops.postmortem.lint.rules import RULES
from chatops.text import one_line

if TYPE_CHECKING:
    from chatops.config import Config
    from chatops.postmortem.lint.check import Terms


@click.command("lint")
@click.argument("paths", nargs=-1, metavar="[PATH]...", type=click.Path(exists=True, path_type=Path))
@click.option(
    "--ignore",
    multiple=True,
    type=OneOf("rule", RULES),
    metavar="RULE",
    help="A rule that is left out, beside those of [postmortem].",
)
@changed_since_option
@format_option
@output_options
def lint_command(
    paths: tuple[Path, ...],
    ignore: tuple[str, ...],
    changed_since: str | None,
    form: Written,
    shown: Shown,
) -> None:
    """Check post-mortems for what a reviewer would ask: empty sections, figures that are missing, few whys,
    a person as the cause, blame, promises without an owner, a date or a ticket, a review that is late.

    Without a PATH it is the folder that drafts are written to. Of a folder, what is no post-mortem is passed
    over. The exit code is 5 where something was found, and 1 where a file could not be read.

    \b
    Examples:
      chatops postmortem lint postmortems/
      chatops postmortem lint postmortems/ --format github
      chatops postmortem lint postmortems/ --changed-since origin/main
      chatops postmortem lint draft.md --ignore unlinked
    """
    from chatops.actions.document import NotRead
    from chatops.actions.files import take
    from chatops.cli.configuration import loaded
    from chatops.events import utcnow
    from chatops.postmortem.lint.about import About
    from chatops.postmortem.lint.check import Check

    config = loaded()
    paths, terms = meant(paths, config), _terms(config, ignore)
    named = {path for path in paths if not path.is_dir()}
    check, changed = Check(terms, utcnow()), Changed(changed_since)
    remarks, read, whole = [], [], True
    # A file that is named as well as its folder is known by its own name.
    for path in changed.files(sorted(paths, key=Path.is_dir)):
        try:
            data = take(path).data
            found = check.remarks(path, data, named=path in named)
            if found and changed_since is not None:
                about = About(path, data, terms.labels)
                found = [one for one in found if changed.has(path, about.lines(one))]
        except NotRead as error:
            warn(one_line(str(error)))
            whole = False
            continue
        if found is not None:
            read.append(str(path))
            remarks += found
    report = Report(remarks, read, RULES)
    show(report, form, shown)
    leave(report, whole=whole)


def _terms(config: "Config", ignore: tuple[str, ...]) -> "Terms":
    """What the configuration says; its other faults are said, and borne. Raises ConfigError."""
    from chatops.actions.labels import Labels
    from chatops.postmortem.lint.check import Terms

    for problem in config.problems:
        warn(str(problem))
    for name in config.postmortem.ignore:
        if name not in RULES:
            raise ConfigError(problem=f"postmortem.ignore: {UnknownName('rule', name, RULES)}")
    return Terms(
        labels=Labels(config.actions.headings),
        people=tuple({name for key, one in config.people.items() for name in (key, *one.names)}),
        review_within={
            name: one.review_within for name, one in config.severities.items() if one.review_within
        },
        ignore=frozenset({*config.postmortem.ignore, *ignore}),
    )
