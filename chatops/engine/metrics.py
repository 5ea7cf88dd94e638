"""A worker's health and its metrics, over HTTP to this machine alone."""

import platform
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

import msgspec
import prometheus_client
from prometheus_client import CollectorRegistry, Counter, Histogram, Info, ProcessCollector
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response

from chatops import __version__
from chatops.engine.health import Health

if TYPE_CHECKING:
    from collections.abc import Iterable

    from prometheus_client.metrics_core import Metric

    from chatops.engine.local import LocalEngine
    from chatops.store import Delivery

HOST: Final = "127.0.0.1"
#: Prometheus itself calls what it scrapes an `instance`, and would rename ours.
INSTANCE: Final = "plugin_instance"
#: In seconds. A call takes a few requests, and is given up at its deadline, which is ten by default.
BUCKETS: Final = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 20.0, 30.0, 60.0)


@contextmanager
def serving(engine: "LocalEngine", port: int) -> "Iterator[str]":
    """Serve /health and /metrics, and give their address. `port` 0 takes a free one.

    Raises OSError where the port is taken.
    """
    metrics = Metrics(engine.health)
    engine.watch.listeners.append(metrics.ended)
    app = DispatcherMiddleware(
        _health(engine.health), {"/metrics": prometheus_client.make_wsgi_app(metrics.registry)}
    )
    # By itself werkzeug would print what is wrong, and exit.
    with socket.create_server((HOST, port)) as bound:
        server = make_server(HOST, port, app, threaded=True, request_handler=_Quiet, fd=bound.fileno())
    threading.Thread(target=server.serve_forever, args=(0.05,), name="metrics", daemon=True).start()
    try:
        yield f"http://{HOST}:{server.port}"
    finally:
        server.shutdown()
        server.server_close()


class Metrics:
    """What is counted in this process, and what the store says whenever it is asked."""

    def __init__(self, health: Callable[[], Health]) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        build = Info("chatops_build", "The version that runs.", registry=self.registry)
        build.info({"version": __version__, "python_version": platform.python_version()})
        self._attempts = Counter(
            "chatops_delivery_attempts",
            "Attempts that have ended, by the state in which they left their delivery.",
            (INSTANCE, "hook", "state"),
            registry=self.registry,
        )
        self._seconds = Histogram(
            "chatops_call_duration_seconds",
            "How long the calls of plugins took, those that were given up included.",
            (INSTANCE, "hook"),
            buckets=BUCKETS,
            registry=self.registry,
        )
        self.registry.register(_Now(health))

    def ended(self, delivery: "Delivery", seconds: float | None) -> None:
        """An attempt has ended; `seconds` are those of its call."""
        self._attempts.labels(delivery.instance, delivery.hook, delivery.state).inc()
        if seconds is not None:
            self._seconds.labels(delivery.instance, delivery.hook).observe(seconds)


class _Now(Collector):
    """What is so at this moment. A store that cannot be used leaves out what only it knows."""

    def __init__(self, health: Callable[[], Health]) -> None:
        self._health = health

    def collect(self) -> "Iterable[Metric]":
        health = self._health()
        yield _gauge("chatops_store_up", "Whether the store can be used.", not health.problem)
        hung = "Threads whose call was given up at its deadline, and goes on."
        yield _gauge("chatops_hung_threads", hung, len(health.hung))
        if health.problem:
            return
        age = "For how long the oldest due delivery has been due; 0 where none is."
        yield _gauge("chatops_oldest_due_age_seconds", age, health.overdue)
        waiting = GaugeMetricFamily(
            "chatops_deliveries_waiting", "Deliveries that have not ended.", labels=(INSTANCE, "state")
        )
        for (instance, state), count in health.waiting.items():
            waiting.add_metric((instance, state), count)
        yield waiting
        unserved = GaugeMetricFamily(
            "chatops_deliveries_unserved",
            "Deliveries that wait for an instance which no worker runs on any host.",
            labels=(INSTANCE,),
        )
        for instance, count in health.unserved.items():
            unserved.add_metric((instance,), count)
        yield unserved

    def describe(self) -> "Iterable[Metric]":
        """Nothing yet: the store is asked when somebody wants to know."""
        return ()


def _gauge(name: str, text: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, text, value=value)


def _health(look: Callable[[], Health]) -> Any:
    """The application that answers /health: 200 where deliveries can be made, else 503."""

    @Request.application
    def answer(request: Request) -> Response:
        if request.path != "/health":
            return Response("There are /health and /metrics.\n", 404)
        if request.method not in {"GET", "HEAD"}:
            return Response("Only GET.\n", 405, {"Allow": "GET, HEAD"})
        health = look()
        body = {
            "status": "unavailable" if health.problem else "ok",
            "problem": health.problem or None,
            "waiting": None if health.problem else health.states,
            "unserved": None if health.problem else health.unserved,
            "oldest_due_age_seconds": None if health.problem else round(health.overdue, 3),
            "hung": health.hung,
        }
        status = 503 if health.problem else 200
        return Response(msgspec.json.encode(body), status, content_type="application/json")

    return answer


class _Quiet(WSGIRequestHandler):
    """Being asked is no news."""

    def log(self, *_: Any) -> None:
        pass
