"""How a document is named: to people, by its address in the repository that a job has checked out; to
programs, by its path.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final
from urllib.parse import quote

#: What the services tell their jobs of the repository's own address, and how a file's follows from it. HEAD
#: is the default branch, so that an address outlives the branch that a job runs on.
_SERVICES: Final = (
    (("GITHUB_SERVER_URL", "GITHUB_REPOSITORY"), "blob/HEAD"),
    (("CI_PROJECT_URL",), "-/blob/HEAD"),
    (("BITBUCKET_GIT_HTTP_ORIGIN",), "src/HEAD"),
)
PLACE: Final = "{path}"


def address(path: Path, template: str = "", environ: Mapping[str, str] = os.environ) -> str:
    """Where people read this file: by `template`, in which `{path}` is its path in the repository, else by
    what GitHub Actions, GitLab CI or Bitbucket Pipelines say; empty where nobody says.
    """
    inside = quote(os.fsencode(in_checkout(path)))
    if template:
        return template.replace(PLACE, inside)
    for names, files in _SERVICES:
        said = [environ.get(name, "").strip("/") for name in names]
        if all(said):
            return "/".join([*said, files, inside])
    return ""


def readable(path: Path | str) -> str:
    """A path, or words with one, as JSON and XML can hold it: what is not UTF-8 in it is escaped."""
    return os.fsencode(path).decode(errors="backslashreplace")


def in_checkout(path: Path) -> str:
    """The path as the repository has it; from where we stand, or from the root, where it is in none."""
    whole = path.absolute()
    for folder in whole.parents:
        if (folder / ".git").exists():
            return whole.relative_to(folder).as_posix()
    here = Path.cwd()
    inside = whole.relative_to(here) if whole.is_relative_to(here) else path
    return inside.as_posix().lstrip("/")
