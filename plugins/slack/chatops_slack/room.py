"""What is done in the channel of one incident, in one call of a hook."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

from chatops import Context, Event, Gone, Link, OwnedLink, Rejected, RemoteError, Unauthorized
from chatops_slack import bookmarks, channels, people, posts, summary, words
from chatops_slack.answers import Answer, Named
from chatops_slack.api import Api, reason
from chatops_slack.settings import SlackConfig
from chatops_slack.text import cut

#: A person deleted the summary, or the workspace lets nobody edit: the rest goes on.
_NOT_EDITED: Final = frozenset({"message_not_found", "cant_update_message", "edit_window_closed"})
Find = Callable[[str], Link | None]


@dataclass
class Room:
    """The channel, and what could not be done in it that the rest need not wait for."""

    api: Api
    ctx: Context
    config: SlackConfig
    channel: Link
    troubles: list[str] = field(default_factory=list)

    @property
    def id(self) -> str:
        """The channel's id."""
        return self.channel.id

    def guard(self) -> None:
        """Raise Rejected where the incident is restricted and everybody may read the channel."""
        if not self.ctx.incident.restricted or self.channel.data.get("private"):
            return
        found = self.api.read("conversations.info", Named, channel=self.id).channel
        if found is not None and found.is_private:
            return
        raise Rejected(
            f"{self.ctx.incident.name} is restricted and {self.channel.title} is a public channel, which no "
            "app can change. Make it private in Slack (channel details, Settings), then run `chatops retry`. "
            "Until then nothing more of the incident is posted there."
        )

    def say(self, event: Event) -> None:
        """Post what happened, once."""
        posts.say(self.api, self.ctx, self.id, event.at, words.posts(event, self.ctx.incident))

    def say_postmortem(self, url: str) -> None:
        """Say where the post-mortem is, in one message however often it is published."""
        text = words.postmortem(self.ctx.incident, url)
        seen: list[str] = []

        def create(key: str) -> Link:
            seen.append(text)
            return posts.post(self.api, self.id, text, key)

        def find(key: str) -> Link | None:
            found = posts.find(self.api, self.id, key, self.ctx.incident.declared_at)
            if found:
                seen.append(found.title)
            return found

        message = self.ctx.once("postmortem", create=create, find=find, scope="incident")
        if text not in seen:
            self._bring("postmortem-shown", message, text)

    def show(self) -> None:
        """Bring the summary up to date, or make it, in one message; it is pinned."""
        text = summary.summary(self.ctx.incident, self._links())
        made: list[Link] = []

        def create(key: str) -> Link:
            made.append(posts.post(self.api, self.id, text, key))
            return made[0]

        def find(key: str) -> Link | None:
            return posts.find(self.api, self.id, key, self.ctx.incident.declared_at)

        message = self.ctx.once(f"summary-{self.id}", create=create, find=find, scope="incident")
        if not made:
            self._bring("shown", message, text)
        self.ctx.once(f"pin-{self.id}", create=lambda _: self._pin(message), scope="incident")

    def set_topic(self) -> None:
        """Let the topic say how the incident stands."""
        said = summary.topic(self.ctx.incident)
        self._set("topic", "conversations.setTopic", topic=said)

    def archive(self) -> None:
        """Close the channel; one that is closed already is left so."""

        def find(_: str) -> Link | None:
            # A private channel is not shown to an app that archiving has put out of it.
            return None if channels.in_use(self.api, self.id) else Link("archive", self.id)

        self._set("archive", "conversations.archive", done="already_archived", find=find)

    def unarchive(self) -> None:
        """Open the channel again, where it was closed. Raises Rejected where a person has to.

        Slack puts every app out of a channel that is archived, and lets none that is out open it.
        """
        try:
            self._set("unarchive", "conversations.unarchive", done="not_archived")
        except (Rejected, Gone) as error:
            by_hand = f"Unarchive {self.channel.title} in Slack and invite the app (/invite)"
            raise Rejected(f"{error} {by_hand}, then run `chatops retry`.") from error

    def bookmark(self, newest: OwnedLink | None = None) -> None:
        """Put the incident's links to the top of the channel."""
        for owned in self._links():
            if bookmarks.wanted(owned, self.ctx.instance):
                with self.forgiving(f"the bookmark of the {owned.link.kind}"):
                    bookmarks.keep(self.api, self.ctx, self.id, owned, is_new=owned == newest)

    def invite(self, names: Sequence[str]) -> None:
        """Invite these people; whoever cannot be found is left out, and it is said."""
        if not names:
            return

        def create(_: str) -> Link:
            before = len(self.troubles)
            members: list[str] = []
            for name in dict.fromkeys(names):
                with self.forgiving(f"the invitation of {name}"):
                    members.append(self._member(name))
            for error in people.invite(self.api, self.id, members):
                self._trouble("an invitation", error)
            return Link("invited", ",".join(members), data={"troubles": self.troubles[before:]})

        with self.forgiving("the invitations"):
            before = list(self.troubles)
            made = self.ctx.once("invite", create=create)
            self.troubles = [*before, *made.data.get("troubles", [])]

    def announce(self) -> None:
        """Tell the channels of this severity, each once for the incident, and none if it is restricted."""
        incident = self.ctx.incident
        if incident.restricted:
            return
        for channel in self.config.announce.get(incident.severity, ()):
            where = f"{channel} (plugins.{self.ctx.instance}.announce.{incident.severity})"
            with self.forgiving(f"the announcement in {where}"):
                posts.announce(self.api, self.ctx, channel, summary.announcement(incident, self.id))

    def report(self) -> None:
        """Say in the channel what could not be done, so that somebody does it by hand."""
        if self.troubles:
            lines = "\n".join(f"• {cut(trouble, 300)}" for trouble in self.troubles[:10])
            text = f":warning: Not everything could be done:\n{lines}"
            self.ctx.once(
                "troubles",
                create=lambda key: posts.post(self.api, self.id, text, key),
                find=lambda key: posts.find(self.api, self.id, key, self.ctx.incident.declared_at),
            )

    @contextmanager
    def forgiving(self, what: str) -> Iterator[None]:
        """Note a definite no to something that the rest need not wait for."""
        try:
            yield
        except (Rejected, Unauthorized, Gone) as error:
            self._trouble(what, error)

    def _trouble(self, what: str, error: RemoteError) -> None:
        self.ctx.log.warning("%s: %s: %s", self.ctx.incident.name, what, error)
        self.troubles.append(f"{what}: {error}")

    def _member(self, name: str) -> str:
        if name not in self.ctx.people:
            raise Rejected(f"there is no table people.{name} in the configuration.")
        return people.member(self.api, self.ctx.people[name])

    def _links(self) -> list[OwnedLink]:
        return [owned for owned in self.ctx.links if owned.instance != self.ctx.instance]

    def _bring(self, step: str, message: Link, text: str) -> None:
        """Let the message say this. Between two attempts there may be a new link, and so another text."""
        words = hashlib.sha256(text.encode()).hexdigest()[:8]
        self.ctx.once(f"{step}-{words}", create=lambda _: self._edit(message, text))

    def _edit(self, message: Link, text: str) -> Link:
        try:
            posts.edit(self.api, self.id, message.id, text)
        except (Gone, Rejected) as error:
            if reason(error) not in _NOT_EDITED:
                raise
            self._trouble("the summary", error)
        return message

    def _pin(self, message: Link) -> Link:
        with self.forgiving("pinning the summary"):
            self._change("pins.add", "already_pinned", channel=self.id, timestamp=message.id)
        return Link("pin", message.id)

    def _set(
        self, step: str, method: str, *, done: str = "", find: Find | None = None, **said: object
    ) -> None:
        def create(_: str) -> Link:
            self._change(method, done, channel=self.id, **said)
            return Link(step, self.id)

        self.ctx.once(step, create=create, find=find)

    def _change(self, method: str, done: str, **said: object) -> None:
        """Change something; the refusal `done` means that it is so already."""
        try:
            self.api.write(method, Answer, **said)
        except Rejected as error:
            if reason(error) != done or not done:
                raise
