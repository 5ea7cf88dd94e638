"""What of the settings cannot work, found without posting anything."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from chatops import Finding, Unavailable
from chatops_webhook.payload import Json, fitted
from chatops_webhook.sending import Sending
from chatops_webhook.settings import Unusable


def findings(sending: Sending, samples: Iterable[Json]) -> Iterator[Finding]:
    """Each setting that a delivery would stumble over; `samples` are payloads of every kind to post."""
    for ask in (sending.check_place, lambda: sending.keys, lambda: sending.headers):
        try:
            ask()
        except Unusable as error:
            yield Finding(setting=f"{sending.setting}.{error.key}", problem=error.problem)
        except Unavailable as error:
            yield Finding(setting=f"{sending.setting}.{sending.place}", problem=str(error).rstrip("."))
    yield from _of_bodies(sending, samples)


def _of_bodies(sending: Sending, samples: Iterable[Json]) -> Iterator[Finding]:
    kinds: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for payload in samples:
        try:
            fitted(payload, sending.config.max_bytes, sending.render)
        except Unusable as error:
            kinds[error.key, error.problem].append(payload["type"])
    for (key, problem), names in kinds.items():
        setting = f"{sending.setting}.{key}"
        yield Finding(setting=setting, problem=f"for {', '.join(names)}: {problem}")
