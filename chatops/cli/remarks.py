"""How a check shows what it found: to people, and in the formats that CI systems read."""

import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import click

from chatops.cli.options import F, OneOf
from chatops.cli.output import Shown, folded, say
from chatops.errors import UsageError
from chatops.text import one_line

if TYPE_CHECKING:
    from chatops.remarks import Remark

FORMS: Final = ("text", "json", "github", "gitlab", "junit", "sarif")
#: The exit code where a check found something.
FOUND: Final = 5


class Report(NamedTuple):
    """What a check found.

    `paths` are the documents that it looked at, those without a finding as well. `rules` says in a line why
    there is each of the rules, by name.
    """

    remarks: Sequence["Remark"]
    paths: Sequence[str]
    rules: Mapping[str, str]


class Written(NamedTuple):
    """How findings are written: `form` is one of FORMS; None is as the command's other options say. `file`
    is where that goes, so that standard output still tells them.
    """

    form: str | None = None
    file: Path | None = None


def format_option(command: F) -> F:
    """`--format` and `--output`; the command gets them in `form`, for `show`."""

    def written(ctx: click.Context, param: click.Parameter, value: Any) -> None:
        before = ctx.params.get("form", Written())
        ctx.params["form"] = before._replace(**{"form" if param.name == "format" else "file": value})

    output = click.option(
        "--output",
        metavar="FILE",
        expose_value=False,
        callback=written,
        type=click.Path(path_type=Path),
        help="Write the format to a file, and print the findings as without it.",
    )
    return click.option(
        "--format",
        type=OneOf("format", FORMS),
        metavar=f"[{'|'.join(FORMS)}]",
        expose_value=False,
        callback=written,
        help="How the findings are written: for people, or for a CI system.",
    )(output(command))


def show(report: Report, written: Written, shown: Shown) -> None:
    """Print the findings, in the order of files and lines; with `--quiet` the paths alone that have any.

    Raises UsageError where two forms are asked for, or none for a file, or the file cannot be written.
    """
    form, file = written
    if file and form in {None, "text"}:
        others = ", ".join(one for one in FORMS if one != "text")
        raise UsageError(f"--output is for a --format: {others}.")
    if form and not file and shown.form not in {"text", form}:
        raise UsageError("Choose one of --format, --json and --quiet.")
    listed = sorted(report.remarks, key=lambda remark: (remark.path, remark.line))
    report = report._replace(remarks=listed)
    _print(report, shown.form if file or shown.form != "text" else form or "text", shown)
    if file:
        write_file(file, _in_form(report, form or ""))


def _print(report: Report, form: str, shown: Shown) -> None:
    if form == "text":
        _tell(report)
    elif form == "quiet":
        from chatops.actions.address import readable

        shown.ids(dict.fromkeys(readable(remark.path) for remark in report.remarks))
    elif said := _in_form(report, form):
        say(said, to=shown.out)


def _in_form(report: Report, form: str) -> str:
    from chatops.cli import remarks_formats as formats

    match form:
        case "json":
            return formats.as_json(report)
        case "github":
            return formats.as_github(report)
        case "gitlab":
            return formats.as_gitlab(report)
        case "junit":
            return formats.as_junit(report)
        case _:
            return formats.as_sarif(report)


def write_file(file: Path, said: str) -> None:
    """Write a file, and the folders above it. Raises UsageError."""
    try:
        # That a file is in the folder's place, what writes says better.
        with suppress(FileExistsError):
            file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"{said}\n" if said else "", "utf-8")
    except OSError as error:
        raise UsageError(f"{file} cannot be written: {error.strerror}.") from error


def leave(report: Report, *, whole: bool) -> None:
    """End the command where it found something, or where something could not be looked at."""
    if not whole:
        raise SystemExit(1)
    if report.remarks:
        raise SystemExit(FOUND)


def counted(report: Report) -> str:
    """`3 findings in 2 of 14 documents`."""
    documents = many(len(report.paths), "document")
    if not report.remarks:
        return f"{documents}, no findings"
    found = len({remark.path for remark in report.remarks})
    where = documents if found == len(report.paths) else f"{found} of {documents}"
    return f"{many(len(report.remarks), 'finding')} in {where}"


def _tell(report: Report) -> None:
    for remark in report.remarks:
        where = one_line(f"{remark.path}:{remark.line}: {remark.rule}:")
        if sys.stdout.isatty():
            say(where)
            say(folded("    ", one_line(remark.message)))
        else:
            say(f"{where} {one_line(remark.message)}")
    rules = _most_often(remark.rule for remark in report.remarks)
    say(folded("", f"{counted(report)}{rules and f': {rules}'}."))


def _most_often(rules: Iterable[str]) -> str:
    counts: Any = Counter(rules)
    return ", ".join(f"{count} {rule}" for rule, count in counts.most_common())


def many(count: int, what: str) -> str:
    """So many of something."""
    return f"1 {what}" if count == 1 else f"{count:,} {what}s"
