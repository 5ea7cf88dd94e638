"""Commands that meet in one store, each with a configuration, a folder and a hurry of its own."""

from tests.kit import Cli

PAGER = """
class Pager(Plugin):
    @hookimpl
    def incident_declared(self, event, ctx):
        return ctx.once("page", create=lambda key: Link("page", key))

class Page(PublicPlugin):
    @hookimpl
    def public_update(self, event, ctx):
        with open("page.txt", "w") as page:
            page.write("".join(words.text + "\\n" for told in ctx.history for words in told.updates))
"""


def test_an_exercise_is_on_no_page_that_takes_none(cli: Cli) -> None:
    cli.site.install(PAGER, pager="Pager", page="Page")
    cli.configure("[plugins.page]\n")
    drill = cli.here("declare", "Fire drill", "--drill", "--public", "Everything burns.")
    assert "No customer was told: it is an exercise." in drill.out
    cli.here("declare", "Checkout is down", "--public", "Payments fail.")
    assert (cli.home / "page.txt").read_text() == "Payments fail.\n"
    assert "customers are owed" not in cli.here("list").out


def test_words_that_reach_nobody_are_said_to_reach_nobody(cli: Cli) -> None:
    cli.site.install(PAGER, pager="Pager", page="Page")
    cli.configure("[plugins.page]\n")
    secret = cli.here("declare", "A leak", "--restricted", "--public", "We are looking into it.")
    assert "No customer was told: no plugin that faces them takes part." in secret.out
    assert "not told" in cli.here("show").out


def test_another_files_plugin_is_left_to_that_file(cli: Cli) -> None:
    cli.site.install(PAGER, pager="Pager")
    team = cli.configure("[plugins.pager]\n").rename(cli.home / "team.toml")
    cli.config = team
    cli.here("declare", "One")
    mine = cli.configure("")
    declared = cli.here("declare", "Two", code=3)
    assert f"chatops --config {team} retry INC-2" in declared.err
    [waiting] = cli.here("deliveries", "--json").json()
    assert (waiting["state"], waiting["attempts"]) == ("pending", 0)
    assert cli.here("--config", str(team), "retry", "INC-2", "--json").json()[0]["state"] == "done"
    assert mine.read_text() == "[core]\ndrainer = false\n"


def test_a_repetition_says_no_stale_words(cli: Cli) -> None:
    cli.site.install(PAGER, page="Page")
    cli.configure("[plugins.page]\n")
    alert = ("declare", "Checkout is down", "--public", "Payments fail.")
    cli.here(*alert)
    cli.here("update", "--status", "identified", "--public", "We found the cause.")
    cli.here(*alert)
    assert (cli.home / "page.txt").read_text() == "Payments fail.\nWe found the cause.\n"


def test_a_renamed_plugin_makes_nothing_twice_before_its_file_is_mended(cli: Cli) -> None:
    cli.site.install(PAGER, pager="Pager")
    cli.configure("[plugins.pager]\n")
    cli.here("declare", "One")
    cli.here("plugins", "rename", "pager", "pager-eu")
    cli.here("update", "more", code=None)
    cli.configure('[plugins.pager-eu]\nuse = "pager"\n')
    cli.here("update", "and more")
    links = cli.here("show", "--json").json()["links"]
    assert [owned["instance"] for owned in links] == ["pager-eu"]
    hooks = [d for d in cli.here("deliveries", "INC-1", "--json").json() if d["hook"] == "incident_declared"]
    assert len(hooks) == 1


def test_a_file_that_broke_still_names_its_store(cli: Cli) -> None:
    config = cli.configure('[core]\nstore = "mine.db"\ndrainer = false\n')
    cli.here("declare", "One")
    config.write_text(config.read_text() + "[plugins.x\n")
    done = cli.here("update", "still the same incident")
    assert str(cli.home / "mine.db") in done.err
    assert done.out.startswith("INC-1 updated")


def test_a_thread_that_a_plugin_leaves_behind_holds_nobody(cli: Cli) -> None:
    cli.site.install(
        """
        import threading

        class Lingers(Plugin):
            @hookimpl
            def incident_declared(self, event, ctx):
                threading.Thread(target=time.sleep, args=(600,)).start()
        """,
        lingers="Lingers",
    )
    cli.configure("[plugins.lingers]\n")
    assert "✓ lingers" in cli.here("declare", "Down").out


def test_a_plugins_own_logging_harms_nothing_and_tells_no_secret(cli: Cli) -> None:
    cli.site.install(
        """
        import logging, threading

        class Config(msgspec.Struct):
            token: Secret

        class Chatty(Plugin[Config]):
            @hookimpl
            def incident_declared(self, event, ctx):
                token = self.config.token.reveal()
                ctx.log.warning("sent %d pages", "two")
                logging.getLogger("urllib3").warning("with %s", token)
                thread = threading.Thread(target=lambda: 1 / 0 if token else None, name=token)
                thread.start()
                thread.join()
        """,
        chatty="Chatty",
    )
    cli.configure('[plugins.chatty]\ntoken = { env = "TOKEN" }\n')
    done = cli("declare", "Down", env={"TOKEN": "s3cr3t-token"}, code=None, trace=True)
    assert states_of(cli) == {"chatty incident_declared": "done"}
    assert "s3cr3t-token" not in done.err
    assert "with ***" in done.err


def states_of(cli: Cli) -> dict[str, str]:
    deliveries = cli.here("deliveries", "--all", "--json").json()
    return {f"{d['instance']} {d['hook']}": d["state"] for d in deliveries}
