"""What anybody could hear: customers, and those who are not cleared for a restricted incident."""

import json
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from chatops.sandbox import Asked
from tests.chaos import remotes
from tests.chaos.promises import MARK

#: By its incident, what nobody may hear but those who are cleared for it.
Secrets = Mapping[UUID, Collection[str]]


def leaks(asked: Sequence[Asked], few: Secrets, outside: Secrets) -> Iterator[str]:
    """Requests that tell customers an internal word, or somebody of what only few may know: of `few` Jira
    hears nothing, of those `outside` the page does not either.
    """
    for one in asked:
        said = f"{one.path} {one.query} {one.body.decode('utf-8', 'replace')}"
        if one.standin == "statuspage" and MARK in said:
            yield f"customers could read an internal word: {said}"
        secrets = {"jira": few, "statuspage": outside}.get(one.standin, {})
        for incident, words in secrets.items():
            if str(incident) in said or any(word in said for word in words):
                yield f"{one.standin} was told of a restricted incident: {said}"


def public_messages(slack: Any, few: Secrets) -> Counter[tuple[str, str]]:
    """What everybody may read in the chat of the incidents that few may know of."""
    return Counter(
        (channel.name, message.text)
        for channel in slack.workspace.channels.values()
        if not channel.is_private
        for message in channel.messages
        if any(word in message.text for words in few.values() for word in words)
    )


def words_of(page: Any, incident: UUID) -> list[Any]:
    """All words that customers can read of the incident."""
    return [w for known in page.incidents if remotes.of_page(known) == str(incident) for w in known.updates]


def shown(standins: Mapping[str, Any]) -> str:
    """All that customers can see."""
    page = standins["statuspage"]
    return json.dumps([vars(mail) for mail in page.mails], default=str) + repr(page.incidents)
