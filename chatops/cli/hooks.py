"""What a plugin can be told and asked: hooks."""

import ast
import inspect
import re
import textwrap
from collections.abc import Callable
from typing import Any

import click

from chatops.cli.options import output_options
from chatops.cli.output import Shown, say, table
from chatops.errors import UnknownName
from chatops.hookspecs import GROUPS, INTERFACE

Hook = Callable[..., Any]


def hooks(spec: type) -> dict[str, Hook]:
    """The hooks that this class itself declares, in the order in which it does."""
    return {name: hook for name, hook in vars(spec).items() if hasattr(hook, "chatops_spec")}


def doc(thing: object) -> str:
    """The docstring without its indentation."""
    return inspect.getdoc(thing) or ""


def summary(hook: Hook) -> str:
    """The first line of what is said of a hook."""
    return doc(hook).partition("\n")[0]


def signature(hook: Hook) -> str:
    """The hook as a plugin writes it, without `self`."""
    function = ast.parse(textwrap.dedent(inspect.getsource(hook))).body[0]
    if not isinstance(function, ast.FunctionDef) or function.returns is None:
        raise TypeError(f"{hook} is no hook")
    function.args.args.pop(0)
    arguments = re.sub(r"'\w\.(\w+)'", r"\1", ast.unparse(function.args))
    return f"{function.name}({arguments}) -> {ast.unparse(function.returns)}"


@click.command()
@click.argument("name", required=False)
@output_options
def hooks_command(name: str | None, shown: Shown) -> None:
    """List the hooks that a plugin can implement, or show one with an example.

    \b
    Examples:
      chatops hooks
      chatops hooks incident_declared
    """
    known = {hook: (title, spec) for title, group in GROUPS.items() for hook, spec in hooks(group).items()}
    if name is not None and name not in known:
        raise UnknownName("hook", name, known)
    chosen = [name] if name else list(known)
    shown.ids(chosen)
    shown.data(
        {
            "interface": INTERFACE,
            "hooks": [
                {
                    "name": n,
                    "group": known[n][0],
                    "signature": signature(known[n][1]),
                    "text": doc(known[n][1]),
                }
                for n in chosen
            ],
        }
    )
    if shown.form != "text":
        return
    if name:
        say(click.style(signature(known[name][1]), bold=True))
        say()
        say(doc(known[name][1]))
        return
    for title, group in GROUPS.items():
        say(click.style(title, bold=True))
        table(("hook", "called when"), [(hook, summary(spec)) for hook, spec in hooks(group).items()])
        say()
    say(f"Version {INTERFACE} of the hooks. One of them, with an example: chatops hooks NAME")
