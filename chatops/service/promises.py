"""What is promised after an incident, so that it does not happen again."""

from datetime import date
from typing import Final
from uuid import UUID

from chatops import events as e
from chatops.errors import BadText
from chatops.service.act import Act, Pen, Recorded
from chatops.service.desk import Desk
from chatops.text import clean_text, clean_title

#: Characters of an item. Ours to choose: a document's may have 20,000 of Markdown, into which these fit
#: however many of them have to be escaped.
MOST_CHARACTERS: Final = 5_000


class Promises(Desk):
    """Records action items. Every method may raise StoreError."""

    def add_action_item(  # noqa: PLR0913  (one for each thing that is said of an item)
        self, target: UUID, text: str, act: Act, *, owner: str = "", due: date | None = None, ticket: str = ""
    ) -> Recorded:
        """Somebody promised to do something about it, also when the incident is over.

        The same words with the same owner and date are the same promise. Raises BadText.
        """
        from chatops.actions.stamp import new_id  # loads OpenSSL

        words = clean_item(text)
        owner = clean_title(owner, "owner") if owner else ""
        ticket = clean_title(ticket, "ticket") if ticket else ""
        said = e.ActionItem(new_id(), words, owner, due.isoformat() if due else "", ticket)

        def writing(pen: Pen) -> None:
            for known in pen.incident.action_items:
                if (known.text, known.owner, known.due) == (said.text, said.owner, said.due):
                    pen.repeated = "this action item is recorded already"
                    return
            pen.add(e.ActionItemAdded(**pen.stamp(), item=said))

        return self.write(target, act, writing, kind=e.ActionItemAdded)


def clean_item(text: str) -> str:
    """The words of an action item, on one line. Raises BadText where there are none, or too many."""
    words = " ".join(clean_text(text, "action item").split())
    if len(words) > MOST_CHARACTERS:
        raise BadText(
            what="action item",
            problem=f"has {len(words):,} characters; at most {MOST_CHARACTERS:,} fit",
        )
    return words
