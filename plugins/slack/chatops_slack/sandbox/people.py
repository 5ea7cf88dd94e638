"""`users.*`, `auth.test`, `team.info`: who is here, and where here is."""

from typing import Final

from chatops_slack.sandbox import shown
from chatops_slack.sandbox.asking import Said, no
from chatops_slack.sandbox.front import Answer, Front, method
from chatops_slack.sandbox.state import User

MOST_LISTED: Final = 1000


class People(Front):
    """The workspace and its people."""

    @method("auth.test", reads=True)
    def whoami(self, said: Said) -> Answer:  # noqa: ARG002  (it takes no arguments)
        bot = self.workspace.bot
        return {
            "url": f"{self.url}/",
            "team": self.workspace.name,
            "user": bot.name,
            "team_id": self.workspace.id,
            "user_id": bot.id,
            "bot_id": shown.bot_id(bot),
            "is_enterprise_install": False,
        }

    @method("team.info", reads=True)
    def team(self, said: Said) -> Answer:  # noqa: ARG002  (only of other teams is it asked by name)
        team = {"id": self.workspace.id, "name": self.workspace.name, "domain": self.workspace.domain}
        return {"team": team | {"url": f"{self.url}/", "email_domain": "example.com", "icon": {}}}

    @method("users.lookupByEmail", reads=True)
    def user_by_email(self, said: Said) -> Answer:
        email = said.text("email").lower()
        living = (user for user in self.workspace.users.values() if not user.is_deleted)
        found = next((user for user in living if email and user.email.lower() == email), None)
        if found is None:
            raise no("users_not_found")
        return {"user": self._person(found)}

    @method("users.info", reads=True)
    def user_info(self, said: Said) -> Answer:
        found = self.workspace.users.get(said.text("user"))
        if found is None:
            raise no("user_not_found")
        return {"user": self._person(found)}

    @method("users.list", reads=True)
    def list_users(self, said: Said) -> Answer:
        page, cursor = said.page(list(self.workspace.users.values()), MOST_LISTED)
        members = [self._person(user) for user in page]
        return {"members": members, "response_metadata": {"next_cursor": cursor}}

    def _person(self, user: User) -> Answer:
        return shown.user(user, self.workspace, with_email="users:read.email" in self.scopes)
