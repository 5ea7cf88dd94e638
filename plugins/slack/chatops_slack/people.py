"""Brings people into the channel: by their member id where it is configured, else by e-mail address."""

from collections.abc import Iterable
from typing import Final

from chatops import PersonView, Rejected, RemoteError
from chatops_slack.answers import Answer, Found
from chatops_slack.api import Api, reason
from chatops_slack.settings import SlackPerson

#: They are in it, which is what was wanted.
_THERE: Final = frozenset({"already_in_channel", "cant_invite_self"})


def configured(person: PersonView) -> str:
    """The member id that is configured for the person; empty where it has to be looked up."""
    return person.settings.id if isinstance(person.settings, SlackPerson) else ""


def member(api: Api, person: PersonView) -> str:
    """The person's member id. Raises Rejected, naming what to set, where Slack knows nobody like that."""
    if known := configured(person):
        return known
    setting = f"people.{person.name}.{api.instance}.id"
    if not person.email:
        raise Rejected(f"{person.name} has no e-mail address: set people.{person.name}.email or {setting}.")
    try:
        user = api.read("users.lookupByEmail", Found, email=person.email).user
    except Rejected as error:
        if reason(error) != "users_not_found":
            raise
        raise Rejected(f"Slack knows nobody with the address {person.email}: set {setting}.") from error
    if user is None:
        raise api.lost("users.lookupByEmail", "the user")
    return user.id


def invite(api: Api, channel: str, members: Iterable[str]) -> list[RemoteError]:
    """Invite them, all in one request where Slack takes that; whoever it refuses is told of."""
    ids = list(dict.fromkeys(members))
    if not ids:
        return []
    try:
        api.write("conversations.invite", Answer, channel=channel, users=",".join(ids))
    except Rejected as error:
        if reason(error) in _THERE and len(ids) == 1:
            return []
        if len(ids) == 1 or reason(error) in {"is_archived", "not_in_channel"}:
            return [error]
        # One who cannot be invited, or is in the channel already, must not keep the others out.
        return [refused for one in ids for refused in invite(api, channel, [one])]
    return []
