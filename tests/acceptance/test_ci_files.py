"""The files of docs/ci: valid, safe to copy, and of one kind."""

import re
import subprocess
import textwrap
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.ci import FOLDER, SERVICES, Service, loaded, scripts, step_of_bitbucket
from tests.kit import Cli

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "ci.md").read_text("utf-8")
ALL = sorted(FOLDER.rglob("*.yml"))
#: The keys that each service knows, of those that the files may need.
GITHUB = {"name", "on", "permissions", "concurrency", "jobs"}
GITHUB_JOB = {"runs-on", "timeout-minutes", "steps", "permissions", "if", "env"}
GITHUB_STEP = {"name", "id", "if", "uses", "with", "run", "env"}
GITLAB_JOB = {
    *("image", "timeout", "interruptible", "resource_group", "variables", "cache", "before_script"),
    *("script", "artifacts", "rules"),
}
BITBUCKET = {"image", "definitions", "pipelines"}
BITBUCKET_STEP = {
    *("name", "max-time", "clone", "caches", "condition", "script", "artifacts", "concurrency-group"),
}
SYNCS = ("sync", "sync-by-request")
of_all = pytest.mark.parametrize("path", ALL, ids=lambda path: str(path.relative_to(FOLDER)))
of_syncs = pytest.mark.parametrize("kind", SYNCS)


def jobs(path: Path) -> Iterator[dict[str, Any]]:
    """Every job of a file."""
    service: Service = path.parent.name  # type: ignore[assignment]
    found = loaded(service, path.stem)
    if service == "github":
        yield from found["jobs"].values()
    elif service == "gitlab":
        yield from found.values()
    else:
        yield from (one["step"] for one in found["definitions"]["steps"])
        for pipelines in found["pipelines"].values():
            yield from (step["step"] for steps in pipelines.values() for step in steps)


@of_all
def test_it_has_only_keys_that_its_service_knows(path: Path) -> None:
    match path.parent.name:
        case "github":
            assert set(loaded("github", path.stem)) == GITHUB
            for job in jobs(path):
                assert set(job) <= GITHUB_JOB
                assert all(set(step) <= GITHUB_STEP for step in job["steps"])
        case "gitlab":
            assert all(set(job) <= GITLAB_JOB for job in jobs(path))
        case _:
            assert set(loaded("bitbucket", path.stem)) == BITBUCKET
            assert all(set(step) <= BITBUCKET_STEP for step in jobs(path))


@of_all
def test_each_job_has_an_end(path: Path) -> None:
    for job in jobs(path):
        said = job.get("timeout-minutes") or job.get("max-time") or job["timeout"].removesuffix(" minutes")
        assert 5 <= int(said) <= 30


@of_all
def test_it_installs_this_version_and_caches_it(path: Path) -> None:
    ours = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    text = path.read_text()
    installed = set(re.findall(r"pip install (\S+)", text))
    assert installed == {f"{ours['name']}=={ours['version']}"}
    assert re.search(r"cache: pip|caches: \[pip\]|PIP_CACHE_DIR", text)


@of_all
def test_it_holds_no_secret_and_no_moving_target(path: Path) -> None:
    text = path.read_text()
    for name, value in re.findall(r"(\w*TOKEN\w*): *(.*)", text):
        assert value.startswith("${{ "), name
    uses = re.findall(r"uses: (\S+)", text)
    assert all(re.fullmatch(r"actions/[\w-]+@[0-9a-f]{40}", one) for one in uses)
    assert not re.search(r"pull_request_target|:latest|ubuntu-latest", text)


@of_all
def test_no_expression_of_the_service_stands_in_a_command(path: Path) -> None:
    """What somebody else may have named, as a branch, would be run."""
    service: Service = path.parent.name  # type: ignore[assignment]
    kinds = [path.stem] if service != "bitbucket" else [path.stem, "check", "report"]
    assert not [one.name for kind in kinds for one in scripts(service, kind) if "${{" in one.text]


@of_syncs
def test_one_sync_at_a_time(kind: str) -> None:
    assert loaded("github", kind)["concurrency"] == {"group": "chatops-sync", "cancel-in-progress": False}
    assert loaded("gitlab", kind)["postmortems-sync"]["resource_group"] == "chatops-sync"
    assert step_of_bitbucket(kind)["concurrency-group"] == "chatops-sync"


@of_syncs
def test_it_runs_on_a_push_to_main_and_by_a_schedule(kind: str) -> None:
    github = loaded("github", kind)["on"]
    assert github["push"] == {"branches": ["main"], "paths": ["postmortems/**"]}
    assert [len(one["cron"].split()) for one in github["schedule"]] == [5]
    rules = loaded("gitlab", kind)["postmortems-sync"]["rules"]
    assert [re.search(r'SOURCE == "(\w+)"', rule["if"])[1] for rule in rules] == ["schedule", "push"]  # type: ignore[index]
    assert "changes" in rules[1]
    bitbucket = loaded("bitbucket", kind)["pipelines"]
    assert set(bitbucket["custom"]) == {"postmortems-sync", "postmortems-report"}
    (pushed,) = bitbucket["branches"]["main"]
    assert pushed["step"]["condition"]["changesets"]["includePaths"] == ["postmortems/**"]


def test_no_job_may_do_more_than_it_has_to() -> None:
    rights = {kind: loaded("github", kind)["permissions"] for kind in ("check", "report", *SYNCS)}
    assert rights == {
        "check": {"contents": "read"},
        "report": {"contents": "read"},
        "sync": {"contents": "write"},
        "sync-by-request": {"contents": "write", "pull-requests": "write"},
    }
    for kind in ("check", "report"):
        text = (FOLDER / "github" / f"{kind}.yml").read_text()
        assert "persist-credentials: false" in text
        assert "${{ secrets." not in text


def test_the_jobs_own_request_is_not_checked() -> None:
    """It touches the lines of items that lack something, and gives none of it to them."""
    branch = "chatops/action-items"
    (check,) = loaded("github", "check")["jobs"].values()
    assert check["if"] == f"github.head_ref != '{branch}'"
    first, _ = loaded("gitlab", "check")["postmortems-check"]["rules"]
    assert first == {"if": f'$CI_MERGE_REQUEST_SOURCE_BRANCH_NAME == "{branch}"', "when": "never"}
    (script,) = scripts("bitbucket", "check")
    done = subprocess.run(["sh", "-eu", "-c", script.text], env={"BITBUCKET_BRANCH": branch}, check=True)
    assert done.returncode == 0
    for service in ("github", "gitlab"):
        assert f"BRANCH: {branch}\n" in (FOLDER / service / "sync-by-request.yml").read_text()
    assert f"BRANCH={branch} " in (FOLDER / "bitbucket" / "sync-by-request.yml").read_text()


def test_where_history_is_needed_it_is_fetched() -> None:
    (check,) = loaded("github", "check")["jobs"].values()
    assert check["steps"][0]["with"]["fetch-depth"] == 0
    assert loaded("gitlab", "check")["postmortems-check"]["variables"]["GIT_DEPTH"] == 0
    assert step_of_bitbucket("check")["clone"] == {"depth": "full"}


@of_syncs
def test_the_commands_are_the_same_everywhere(kind: str) -> None:
    """Who has understood one has understood all of them, and what is tested of one is tested of all."""
    (shown,) = [one for one in fenced("sh") if "git" in one and ("for attempt" in one) == (kind == "sync")]
    for service in SERVICES:
        (script,) = scripts(service, kind)
        assert shown.strip() in script.text, service


def test_the_checks_are_the_same_everywhere() -> None:
    shown = next(one for one in fenced("sh") if "--changed-since" in one).splitlines()
    for service in SERVICES:
        text = "\n".join(script.text for script in scripts(service, "check"))
        text = text.replace('"origin/$GITHUB_BASE_REF"', '"$base"')
        form = " --format github" if service == "github" else " --format junit --output "
        found = [line for line in text.split("\n") if line.startswith("chatops ")]
        assert [line.partition(form)[0] for line in found] == shown, service
        # Where one shell runs both, what fails first does not keep the other from being run.
        assert service == "github" or all(line.endswith(" || result=$?") for line in found)


def fenced(language: str) -> list[str]:
    """The page's blocks of a language."""
    found: list[str] = re.findall(rf"^ *```{language}\n(.*?)^ *```", PAGE, re.DOTALL | re.MULTILINE)
    return [textwrap.dedent(text) for text in found]


def test_the_page_names_every_file() -> None:
    links = set(re.findall(r"\((ci/\S+\.yml)\)", PAGE))
    assert {f"ci/{path.relative_to(FOLDER).as_posix()}" for path in ALL} == links


def test_the_pages_configuration_is_one(cli: Cli) -> None:
    (toml,) = fenced("toml")
    cli.configure(toml)
    assert "s3cret" not in cli("config", "check", env={"JIRA_TOKEN": "s3cret"}).out


def test_what_the_page_quotes_is_what_is_said() -> None:
    """The messages by which a reader finds a row of the table."""
    files = "".join(path.read_text() for path in ALL)
    assert "takes no push" in files
    assert "git cannot say what has changed" in (ROOT / "chatops" / "actions" / "changed.py").read_text()
