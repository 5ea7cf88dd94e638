"""A PostgreSQL that keeps what it is told, as a team's does."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tests.postgres import Server, running


@contextmanager
def database() -> Iterator[Callable[[], str] | None]:
    """Makes empty databases, and gives their URLs; None where no server can be started."""
    try:
        starting = running()
        server = starting.__enter__()
    except Exception as error:  # noqa: BLE001  (whatever it is: the rest is measured)
        print(f"(no PostgreSQL here: {error})")
        yield None
        return
    try:
        _durable(server)
        yield server.empty
    finally:
        starting.__exit__(None, None, None)


def _durable(server: Server) -> None:
    with server.admin() as admin:
        admin.execute("ALTER SYSTEM SET fsync = on")
        admin.execute("SELECT pg_reload_conf()")
