"""`--dry-run` shows what would be sent, and sends nothing that writes."""

from collections.abc import Iterator

import pytest
from werkzeug.wrappers import Request, Response

from chatops.sandbox import Sandbox, StandIn, answer, route
from tests.kit import Cli

DESK = """
from chatops.sandbox import StandIn, answer, route

class Settings(msgspec.Struct, forbid_unknown_fields=True):
    url: str
    token: Secret

class Desk(Plugin[Settings]):
    own_transport = False

    def ask(self, ctx, method, path, **said):
        headers = {"Authorization": "Bearer " + self.config.token.reveal()}
        url = f"{self.config.url}/api/{path}"
        return ctx.http.request(method, url, answer=dict | None, headers=headers, **said)

    @hookimpl
    def incident_declared(self, event, ctx):
        queue = self.ask(ctx, "GET", "queue")["name"]

        def create(key):
            said = {"title": event.title, "queue": queue, "as": self.config.token.reveal()}
            made = self.ask(ctx, "POST", "tickets", json=said)
            return Link("ticket", made["id"])

        ticket = ctx.once("ticket", create=create, scope="incident")
        title = self.ask(ctx, "GET", f"tickets/{ticket.id}")["title"]
        self.ask(ctx, "PUT", f"tickets/{ticket.id}", json={"title": title + "!"})
        return ticket

    @hookimpl
    def incident_updated(self, event, ctx):
        self.ask(ctx, "PUT", f"tickets/{ctx.link('ticket').id}", json={"comment": event.message})

class DeskStandIn(StandIn):
    name = "desk"
    root = "/api/"

    def __init__(self, *args, **more):
        super().__init__(*args, **more)
        self.tickets = {}

    @route("POST", "/api/tickets")
    def create(self, request):
        self.tickets["dry"] = request.get_json()
        return answer({"id": "dry"}, 201)

    @route("GET", "/api/tickets/<name>")
    def get(self, request, name):
        return answer(self.tickets[name]) if name in self.tickets else self.refusal(404)

    @route("PUT", "/api/tickets/<name>")
    def put(self, request, name):
        return answer(None, 204)

class Alone(Plugin[NoConfig]):
    @hookimpl
    def incident_declared(self, event):
        raise SystemExit("it was called")
"""


class Real(StandIn):
    """The remote itself, which is not to be written to."""

    name = "real"
    root = "/api/"

    @route("GET", "/api/queue")
    def queue(self, request: Request) -> Response:
        return answer({"name": "urgent"})

    @route("POST", "/api/tickets")
    def create(self, request: Request) -> Response:
        return answer({"id": "OPS-1"}, 201)

    @route("GET", "/api/tickets/OPS-1")
    def get(self, request: Request) -> Response:
        return answer({"title": "Down"})

    @route("PUT", "/api/tickets/OPS-1")
    def put(self, request: Request) -> Response:
        return answer(None, 204)


@pytest.fixture
def real() -> Iterator[Sandbox]:
    with Sandbox(only=[Real]) as served:
        yield served


@pytest.fixture
def desk(cli: Cli, real: Sandbox) -> Cli:
    module = cli.site.install(DESK, desk="Desk", alone="Alone")
    cli.site.stand_in(module, desk="DeskStandIn")
    (cli.home / "token").write_text("s3cret-token")
    cli.configure(
        f"""
        [plugins.desk]
        url = "{real.url}/real"
        token = {{ file = "token" }}
        [plugins.alone]
        """
    )
    return cli


def asked(real: Sandbox) -> list[str]:
    return [f"{one.method} {one.path}" for one in real.log.all()]


def test_it_shows_the_requests_that_write_and_sends_only_those_that_read(desk: Cli, real: Sandbox) -> None:
    done = desk("declare", "Down", "--dry-run", "--no-public")
    assert asked(real) == ["GET /api/queue"]
    assert f"desk: POST {real.url}/real/api/tickets" in done.out
    assert '"queue": "urgent"' in done.out
    # The answer of the stand-in is what the next request is made from.
    assert f"desk: PUT {real.url}/real/api/tickets/dry" in done.out
    assert '"title": "Down!"' in done.out
    assert "s3cret" not in done.out + done.err
    assert "alone: incident_declared skipped: not called in a dry run" in done.out
    assert done.out.endswith("Nothing was written or sent.\n")
    assert not (desk.home / ".local").exists()
    assert desk("list", "--quiet").out == ""


def test_what_was_sent_before_is_known(desk: Cli, real: Sandbox) -> None:
    desk("declare", "Down", "--no-public", code=3)
    real.log.clear()
    body = desk("update", "1", "Worse", "--dry-run", "--json").json()
    assert asked(real) == []
    (request,) = body["requests"]
    assert (request["method"], request["body"], request["instance"]) == ("PUT", {"comment": "Worse"}, "desk")
    assert request["url"].endswith("/api/tickets/OPS-1")
    assert body["dry_run"] is True
    assert [event["kind"] for event in body["events"]] == ["updated"]
    assert desk("timeline", "1", "--json").out.count('"updated"') == 0


def test_retry_shows_what_it_would_send(desk: Cli, real: Sandbox) -> None:
    desk("declare", "Down", "--no-public", code=3)
    real.log.clear()
    done = desk("retry", "INC-1", "--dry-run")
    assert "alone: incident_declared" in done.out
    assert done.out.endswith("Nothing was written or sent.\n")
    before = desk("deliveries", "--json").out
    assert desk("deliveries", "--json").out == before


def test_every_other_command_that_writes_has_it(desk: Cli) -> None:
    desk("declare", "Down", "--no-public", code=3)
    before = desk("plugins", "list", "--json").out
    for args in (["plugins", "rename", "desk", "office"], ["init", "--no-input", "--path", "other.toml"]):
        assert desk(*args, "--dry-run").out.endswith("Nothing was written or sent.\n")
    assert desk("plugins", "list", "--json").out == before
    assert "public incident" not in desk("list").out
