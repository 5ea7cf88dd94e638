"""What each stand-in has of an incident, beside what it should have.

What cannot be recognised by the plugins' own words (their README, "Never twice") does not happen here: no
message or incident is deleted, no metadata changed by others, one store alone uses the remotes, and no
search lags by more than its plugin waits, but Jira's, whose tickets are found without it.
"""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from chatops import events as e

if TYPE_CHECKING:
    from tests.chaos.checker import Told

#: What is said of an event in the ticket and in the channel.
COMMENTED: Final = (
    e.Acknowledged,
    e.Updated,
    e.NoteAdded,
    e.RoleAssigned,
    e.Resolved,
    e.PublicUpdatePublished,
)
POSTED: Final = tuple(kind for kind in COMMENTED if kind is not e.RoleAssigned)
ANNOUNCED: Final = "incidents"


def check_ticket(jira: Any, told: "Told", *, last: bool) -> None:
    """One ticket, its comments, its web links, its status."""
    tickets = [issue for issue in jira.issues if of_ticket(issue) == str(told.incident.id)]
    told.compare("ticket", ["ticket"], ["ticket"] * len(tickets))
    if not tickets:
        return
    ticket = tickets[0]
    wanted = [f"{event.id}.jira.comment" for event in told.events if isinstance(event, COMMENTED)]
    told.compare("comment", wanted, [c.properties["chatops"]["key"] for c in ticket.comments])
    ours = [f"chatops-{told.incident.id}-slack-channel"]
    ours += [f"chatops-{told.incident.id}-status-page"] if told.incident.public else []
    told.compare("web link", sorted(ours), sorted(str(link.global_id) for link in ticket.remote_links))
    if last and told.incident.state == "resolved" and ticket.status.name != "Done":
        told.wrong("stale", f"{ticket.key} is {ticket.status.name}")


def check_channel(slack: Any, told: "Told", *, last: bool) -> None:
    """One channel, its messages, its pin, its bookmarks, its topic; one announcement elsewhere."""
    start, identity = f"inc-{told.incident.number}-", str(told.incident.id)
    channels = [c for c in slack.workspace.channels.values() if c.name.startswith(start)]
    told.compare("channel", ["channel"], ["channel"] * len(channels))
    announced = [key_of(message) for message in slack.workspace.named(ANNOUNCED).messages]
    elsewhere = f"{identity}.slack.announce-#{ANNOUNCED}"
    told.compare("announcement", [elsewhere], [key for key in announced if key.startswith(identity)])
    if not channels:
        return
    channel = channels[0]
    wanted = [f"{identity}.slack.summary-{channel.id}"]
    wanted += [f"{event.id}.slack.post-1" for event in told.events if isinstance(event, POSTED)]
    told.compare("message", wanted, [key for message in channel.messages if (key := key_of(message))])
    told.compare("pin", ["pin"], ["pin"] * len(channel.pins))
    links = [owned.link for owned in told.incident.links if owned.instance != "slack"]
    told.compare("bookmark", sorted(link.url for link in links), sorted(b.link for b in channel.bookmarks))
    if not last:
        return
    summary = next((m.text for m in channel.messages if key_of(m) == wanted[0]), "")
    shown = [f"*{told.incident.status}*", *(link.url for link in links)]
    for words in shown:
        if words not in summary:
            told.wrong("stale", f"the summary does not have {words}")
    if told.incident.status not in channel.topic.value:
        told.wrong("stale", f"the topic is {channel.topic.value}")


def check_page(page: Any, told: "Told", *, last: bool) -> None:
    """One public incident with the words that were not replaced by newer ones; each mailed once."""
    said = [event for event in told.events if isinstance(event, e.PublicUpdatePublished)]
    incidents = [known for known in page.incidents if of_page(known) == str(told.incident.id)]
    told.compare("public incident", ["page"] if said else [], ["page"] * len(incidents))
    if not (said and incidents):
        return
    public = incidents[0]
    found = [update.body for update in reversed(public.updates)]
    # Words that newer ones replaced may have arrived before that.
    wanted = [w.text for w in said if told.settled(w, "status") == "done" or w.text in found]
    told.compare("public update", wanted, found)
    addresses = sum((who.mode, who.state) == ("email", "active") for who in page.subscribers)
    mails = [mail.text for mail in page.mails if mail.incident == public.id]
    for text in found:
        if mails.count(text) != addresses:
            told.wrong("duplicate", f"{text!r} was mailed {mails.count(text)} times to {addresses}")
    if last and found[-1] != said[-1].text:
        told.wrong("stale", f"the last words on the page are {found[-1]!r}")
    if last and public.status != said[-1].status:
        told.wrong("stale", f"the public incident is {public.status}")


def strangers(standins: Mapping[str, Any], known: set[str]) -> Iterator[str]:
    """What is of no incident in the log: nothing is told before it is recorded."""
    for issue in standins["jira"].issues:
        if of_ticket(issue) not in known:
            yield f"ticket {issue.key} is of no recorded incident"
    for incident in standins["statuspage"].incidents:
        if of_page(incident) not in known:
            yield f"public incident {incident.id} is of no recorded incident"


def components(page: Any) -> Iterator[str]:
    """Once all is over, every component is as it was."""
    for component in page.components:
        if component.status != "operational":
            yield f"component {component.name} is {component.status} although all is over"


def of_ticket(issue: Any) -> str:
    return str(issue.properties.get("chatops", {}).get("incident"))


def of_page(incident: Any) -> str:
    return str(incident.metadata.get("chatops", {}).get("incident"))


def key_of(message: Any) -> str:
    return str((message.metadata or {}).get("event_payload", {}).get("key", ""))
