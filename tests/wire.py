"""A server that says what a test tells it to, byte by byte, on loopback."""

import socket
import ssl
import struct
import threading
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import Any, Self

import msgspec

from chatops.errors import RemoteError
from tests.kit import http

#: What is done with a request: send bytes, or anything else that a socket can do.
Play = Callable[[socket.socket], None]

SOON = 10.0


def says(body: str = "{}", status: str = "200 OK", *, kind: str = "application/json", **headers: str) -> Play:
    """An answer as it should be; a header's name is written with _ for -."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body.encode())}", f"Content-Type: {kind}"]
    more = {"Connection": "close", **headers}
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in more.items()]
    return sends("\r\n".join([*lines, "", body]).encode())


def sends(content: bytes) -> Play:
    """These bytes, whatever they mean, and then the end."""

    def play(connection: socket.socket) -> None:
        connection.sendall(content)

    return play


def resets(connection: socket.socket) -> None:
    """The connection is reset, as by a machine in between."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


class Raw:
    """Answers one request after the other with what was told, the last again and again."""

    def __init__(self, *plays: Play, tls: ssl.SSLContext | None = None, keep_alive: bool = False) -> None:
        self.plays = list(plays) or [says(Connection="keep-alive" if keep_alive else "close")]
        self.requests: list[bytes] = []
        self.over = threading.Event()
        self._keep_alive = keep_alive
        self._tls = tls
        self._lock = threading.Lock()
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        self.url = f"{'https' if tls else 'http'}://127.0.0.1:{self.port}"
        self._threads = [threading.Thread(target=self._listen, daemon=True)]

    @property
    def lines(self) -> list[str]:
        """The first line of each request."""
        return [request.split(b"\r\n", 1)[0].decode() for request in self.requests]

    @property
    def methods(self) -> list[str]:
        """The method of each request."""
        return [line.split()[0] for line in self.lines]

    def hang(self, connection: socket.socket) -> None:
        """Say nothing before the test is over."""
        self.over.wait(SOON)

    def __enter__(self) -> Self:
        self._threads[0].start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.over.set()
        with suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        for thread in self._threads:
            thread.join(SOON)

    def _listen(self) -> None:
        while not self.over.is_set():
            try:
                connection, _ = self._listening.accept()
            except OSError:
                return
            thread = threading.Thread(target=self._serve, args=(connection,), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _serve(self, connection: socket.socket) -> None:
        with suppress(OSError), connection:
            connection.settimeout(SOON)
            plain = self._tls.wrap_socket(connection, server_side=True) if self._tls else connection
            with plain:
                while request := _read(plain, self.over):
                    with self._lock:
                        play = self.plays[min(len(self.requests), len(self.plays) - 1)]
                        self.requests.append(request)
                    play(plain)
                    if not self._keep_alive:
                        return


def _read(connection: socket.socket, over: threading.Event) -> bytes:
    """One whole request; nothing where the other side is gone."""
    found = b""
    connection.settimeout(0.05)
    while not over.is_set():
        head, end, body = found.partition(b"\r\n\r\n")
        length = [line for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")]
        if end and len(body) >= int(length[0].split(b":")[1] if length else 0):
            connection.settimeout(SOON)
            return found
        with suppress(TimeoutError):
            more = connection.recv(65536)
            if not more:
                return b""
            found += more
    return b""


class Ticket(msgspec.Struct):
    key: str


def asked(method: str, *plays: Play, seconds: float = 0.5, answer: Any = Ticket) -> tuple[Any, list[str]]:
    """What becomes of one request, and which requests reached the remote."""
    with Raw(*plays) as remote:
        sender = http(seconds)
        try:
            got = sender.request(method, f"{remote.url}/x", answer=answer)
        except RemoteError as error:
            got = error
        finally:
            sender.close()
        return got, remote.methods
