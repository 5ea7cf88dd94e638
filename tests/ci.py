"""The jobs of docs/ci: what stands in their files, and the commands that a service would run of it."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal

import yaml

Service = Literal["github", "gitlab", "bitbucket"]
SERVICES: Final[tuple[Service, ...]] = ("github", "gitlab", "bitbucket")
FOLDER: Final = Path(__file__).parents[1] / "docs" / "ci"
#: Where each service's jobs of a kind stand; Bitbucket has one file for all of them.
FILES: Final[Mapping[Service, Mapping[str, str]]] = {
    "github": {n: f"{n}.yml" for n in ("check", "sync", "sync-by-request", "report")},
    "gitlab": {n: f"{n}.yml" for n in ("check", "sync", "sync-by-request", "report")},
    "bitbucket": {
        "check": "sync.yml",
        "sync": "sync.yml",
        "sync-by-request": "sync-by-request.yml",
        "report": "sync.yml",
    },
}
TOKEN: Final = "token-of-the-runner"
_EXPRESSION = re.compile(r"\$\{\{\s*(.+?)\s*\}\}")


def loaded(service: Service, kind: str) -> Any:
    """The file of a job, parsed; GitHub's key `on`, which YAML 1.1 takes for true, has its name."""
    found = yaml.safe_load((FOLDER / service / FILES[service][kind]).read_text("utf-8"))
    if True in found:
        found["on"] = found.pop(True)
    return found


@dataclass(frozen=True)
class Script:
    """What a service hands to one shell, and what the file sets for it."""

    name: str
    text: str
    env: Mapping[str, str] = field(default_factory=dict)


def scripts(service: Service, kind: str) -> Iterator[Script]:
    """The commands of a job as they stand in its file, without the installation."""
    found = loaded(service, kind)
    if service == "github":
        (job,) = found["jobs"].values()
        for step in job["steps"]:
            if "run" in step and step["name"] != "Install":
                env = {name: _evaluated(value) for name, value in step.get("env", {}).items()}
                yield Script(step["name"], step["run"], env)
    elif service == "gitlab":
        for name, job in found.items():
            yield Script(name, _joined(job["before_script"] + job["script"]), job["variables"])
    else:
        yield Script(kind, _joined(step_of_bitbucket(kind)["script"]))


def step_of_bitbucket(kind: str) -> dict[str, Any]:
    pipelines = loaded("bitbucket", kind)["pipelines"]
    if kind == "check":
        found = pipelines["pull-requests"]["**"]
    else:
        found = pipelines["custom"]["postmortems-report" if kind == "report" else "postmortems-sync"]
    (step,) = found
    assert isinstance(step["step"], dict)
    return step["step"]


def _joined(lines: list[str]) -> str:
    installs = [line for line in lines if line.startswith("pip install ")]
    assert len(installs) == 1
    return "\n".join(line for line in lines if line not in installs)


def _evaluated(value: str) -> str:
    """What GitHub makes of a value: the first of those after `${{` that is set."""
    values = {"github.token": TOKEN, "secrets.JIRA_TOKEN": "$JIRA_TOKEN"}

    def one(match: re.Match[str]) -> str:
        return next((values[n] for n in match[1].split(" || ") if n in values), "")

    return _EXPRESSION.sub(one, str(value))
