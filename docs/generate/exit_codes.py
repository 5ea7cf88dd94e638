"""The exit codes: the README's table, and the errors that end with each."""

import re
from collections.abc import Iterator

from chatops import errors
from docs.generate.committed import ROOT
from docs.generate.markdown import definition, one_line, title


def documented() -> dict[int, str]:
    """What the README says of each code."""
    rows = (ROOT / "README.md").read_text("utf-8").partition("| exit code |")[2].partition("\n\n")[0]
    return {int(code): words for code, words in re.findall(r"^\| (\d+) \| (.+) \|$", rows, re.MULTILINE)}


def page() -> str:
    """The page about exit codes."""
    return "\n".join(_lines())


def _lines() -> Iterator[str]:
    yield from title("Exit codes", "README.md and chatops/errors.py")
    for code, words in documented().items():
        yield from definition(f"`{code}`", words)
    yield from ("## Errors", "", "What goes wrong is said in words. This is what each error says.", "")
    for code in documented():
        found = [error for error in _tree(errors.ChatopsError) if error.exit_code == code]
        if found:
            yield from (f"### They end with {code}", "")
        for error in found:
            yield from definition(f"`{error.__name__}`", one_line(error.__doc__ or ""))


def _tree(error: type[errors.ChatopsError]) -> Iterator[type[errors.ChatopsError]]:
    yield error
    for derived in error.__subclasses__():
        if derived.__module__ == errors.__name__:
            yield from _tree(derived)
