"""`chatops actions sync --check`: what it finds, asking nobody."""

from tests.syncing import DOCUMENT, Desk, desk, git, written

__all__ = ["desk", "written"]


class TestCheck:
    def test_it_asks_nobody_and_exits_with_5(self, written: Desk) -> None:
        before = written.bytes()
        told = written.sync("--check", code=5)
        assert "2025-03-18.md:11: undated:" in told.out
        assert "2025-03-18.md:10: unlinked:" in told.out
        assert (written.bytes(), written.sandbox.log.all()) == (before, [])

    def test_what_it_looks_for_is_configured(self, written: Desk) -> None:
        written.configure(actions='[actions]\ncheck = ["overdue"]\n')
        assert written.sync("--check").out.endswith("no findings.\n")
        text = DOCUMENT.replace("2099-03-31", "2020-03-31")
        written.write("2025-03-18.md", text)
        told = written.sync("--check", "--format", "github", code=5)
        assert told.out.startswith("::error file=")

    def test_it_needs_no_configuration(self, written: Desk) -> None:
        (written.cli.home / "chatops.toml").unlink()
        written.cli.config = None
        assert "unlinked" in written.sync("--check", code=5).out

    def test_only_what_a_change_touched(self, written: Desk) -> None:
        git(written.folder, "init", "-q")
        git(written.folder, "add", ".")
        git(written.folder, "commit", "-qm", "before")
        git(written.folder, "checkout", "-qb", "branch")
        assert "git cannot say" in written.sync("--check", "--changed-since", "main", code=2).err
        here = ["actions", "sync", str(written.folder), "--check", "--changed-since"]

        def run(ref: str, code: int) -> str:
            return inside(written, [*here, ref], code)

        run("main", 0)
        path = written.folder / "2025-03-18.md"
        path.write_text(path.read_text().replace("- None", "- A new one (due 2099-01-01)"))
        written.write("new.md", "# Actions\n- quite new\n")
        told = run("main", 5)
        assert ":13: ownerless" in told
        assert "new.md:2: undated" in told
        assert ":10:" not in told
        assert "git cannot say" in run("no-such-branch", 2)
        assert "is no commit" in run("--output=x", 2)

    def test_it_goes_with_nothing_that_writes(self, written: Desk) -> None:
        written.sync("--check", "--dry-run", code=2)
        written.sync("--changed-since", "main", code=2)


def inside(desk: Desk, args: list[str], code: int) -> str:
    """The command, run in the folder itself."""
    import subprocess

    from tests.kit import COMMAND

    done = subprocess.run(
        [COMMAND, *args], cwd=desk.folder, env=desk.cli.env, capture_output=True, text=True, check=False
    )
    assert done.returncode == code, done.stderr
    return done.stdout + done.stderr
