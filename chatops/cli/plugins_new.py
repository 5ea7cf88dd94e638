"""`chatops plugins new`: the beginning of a plugin, which passes its tests."""

import keyword
import os
import re
import shlex
import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from chatops.cli.options import output_options
from chatops.cli.output import Shown, say
from chatops.errors import UsageError, suggest

if TYPE_CHECKING:
    from chatops.cli.plugins_scaffold import Scaffold

INTERNAL: Final = ("incident_declared", "incident_resolved")
PUBLIC: Final = ("public_update",)
MOST_LETTERS: Final = 40
_NAME: Final = re.compile(r"[a-z][a-z0-9]*(?:[-_][a-z0-9]+)*")


@click.command("new")
@click.argument("name")
@click.option(
    "--hooks",
    "named",
    multiple=True,
    metavar="HOOK,...",
    help=f"What it is told and asked (else {', '.join(INTERNAL)}; for customers {', '.join(PUBLIC)}).",
)
@click.option("--public", is_flag=True, help="It faces customers.")
@click.option(
    "--dir",
    "parent",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=Path(),
    help="Where its folder is made (else here).",
)
@click.option("--dry-run", is_flag=True, help="List the files; write nothing.")
@output_options
def new_command(
    name: str, named: tuple[str, ...], parent: Path, shown: Shown, *, public: bool, dry_run: bool
) -> None:
    """Begin a plugin: a distribution of its own, with tests that pass.

    Its folder is chatops-NAME. In it are one module with typed settings and the hooks, a stand-in for its
    remote, the tests that every plugin has to pass, a README, and a workflow for CI.

    \b
    Examples:
      chatops plugins new pager
      chatops plugins new pager --hooks incident_declared,incident_acknowledged,check
      chatops plugins new status-wall --public
    """
    from chatops.cli.plugins_scaffold import Scaffold

    _check_name(name)
    scaffold = Scaffold(name, hooks_of(named, public=public), public)
    _check_free(scaffold)
    folder = parent.absolute() / scaffold.distribution
    if os.path.lexists(folder):
        raise UsageError(f"{folder} is there already. Take another name, or another folder with --dir.")
    files = scaffold.files()
    if not dry_run:
        _write(folder, files)
    following = _next(parent / scaffold.distribution, scaffold)
    shown.ids([str(folder)])
    shown.data(
        {
            "name": name,
            "distribution": scaffold.distribution,
            "path": str(folder),
            "hooks": scaffold.chosen,
            "public": public,
            "files": list(files),
            "next": following,
        }
    )
    if shown.form != "text":
        return
    say(f"{'Would make' if dry_run else 'Made'} {folder}")
    for path in files:
        say(f"  {path}")
    if dry_run:
        say("Nothing was written.")
        return
    say("\nNext:")
    for command in following:
        say(f"  {command}")
    say(f"\nThen make {scaffold.module}/__init__.py yours. The hooks, with examples: chatops hooks")


def _check_name(name: str) -> None:
    """Raise UsageError for what cannot be the name of a plugin, a distribution and a module."""
    plain = "_".join(re.findall(r"[a-z0-9]+", name.lower()))
    short = plain.removeprefix("chatops_").lstrip("0123456789_")
    hint = f" For example: {short.replace('_', '-')}" if _NAME.fullmatch(short) else ""
    if not _NAME.fullmatch(name):
        rule = "It has small letters and digits, begins with a letter, and has one - between words."
        raise UsageError(f"{name!r} cannot be a plugin's name. {rule}{hint}")
    if len(name) > MOST_LETTERS:
        raise UsageError(f"The name has {len(name)} characters; at most {MOST_LETTERS} fit.")
    if plain.startswith("chatops_"):
        raise UsageError(f"chatops- is put before it anyhow: leave it out of {name!r}.{hint}")
    if keyword.iskeyword(plain):
        raise UsageError(f"{name!r} is a word of Python's own, which no plugin can be named by.")


def _check_free(scaffold: "Scaffold") -> None:
    """Raise UsageError where a plugin of this name, or a distribution, is installed."""
    from chatops.discovery import OURS, Discovery, source
    from chatops.registry import GROUP

    found = Discovery(GROUP, "plugin")
    points = [*found.usable.values(), *(refused.point for refused in found.refused)]
    for point in points:
        if point.name.replace("_", "-") == scaffold.name.replace("_", "-"):
            has = f"{source(point)}, which is installed, has a plugin named {point.name}"
            without = "" if source(point) == OURS else f", or: pip uninstall {source(point)}"
            raise UsageError(f"{has}. Take another name{without or '.'}")
    if scaffold.distribution in {source(point).lower().replace("_", "-") for point in points}:
        raise UsageError(f"{scaffold.distribution} is installed already. Take another name.")


def hooks_of(named: Iterable[str], *, public: bool) -> list[str]:
    """The hooks that were named, or those to begin with. Raises UsageError for one that it cannot have."""
    from chatops.cli.plugins_scaffold import hooks_for

    chosen = [name.strip() for names in named for name in names.split(",") if name.strip()]
    valid = hooks_for(public=public)
    for name in chosen or (PUBLIC if public else INTERNAL):
        if name in valid:
            continue
        if name in hooks_for(public=not public):
            other, flag = ("responders", "without") if public else ("customers", "with")
            raise UsageError(f"{name} is for a plugin that faces {other}: begin it {flag} --public.")
        known = suggest(name, valid, most=len(valid))
        raise UsageError(f"There is no hook {name!r}. {known} One of them: chatops hooks NAME")
    if named and not chosen:
        raise UsageError(f"Name a hook, or leave --hooks out. {suggest('', valid, most=len(valid))}")
    wanted = {*(chosen or (PUBLIC if public else INTERNAL))}
    if "public_correction" in wanted:
        # Nobody is asked to correct what was never said there.
        wanted.add("public_update")
    return [name for name in valid if name in wanted]


def _write(folder: Path, files: dict[str, str]) -> None:
    """Write all of it, or nothing. Raises UsageError where it cannot be written."""
    try:
        made = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    except OSError as error:
        raise UsageError(f"{folder} cannot be made: {error.strerror or error}") from None
    try:
        for name, text in files.items():
            path = made / "new" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        (made / "new").rename(folder)
    except OSError as error:
        raise UsageError(f"{folder} cannot be written: {error.strerror or error}") from None
    finally:
        shutil.rmtree(made, ignore_errors=True)


def _next(folder: Path, scaffold: "Scaffold") -> list[str]:
    from chatops.hookspecs import ASKED

    tried = [f"chatops plugins try {scaffold.name}"] if {*scaffold.chosen} - ASKED else []
    here = shlex.quote(str(folder))
    return [f"cd {here}", "pip install -e '.[test]'", "pytest", *tried]
