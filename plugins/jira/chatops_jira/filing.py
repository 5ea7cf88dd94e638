"""Files the tickets of action items, many in one request."""

from collections.abc import Sequence
from typing import Any

import msgspec

from chatops import Gone, Rejected, RemoteError, Unauthorized, Unknown
from chatops_jira.item import Draft
from chatops_jira.parallel import side_by_side
from chatops_jira.reading import Issue
from chatops_jira.remote import Remote

#: The most that Jira creates in one request.
MOST = 50
#: Jira does not create many at once here, or does not read what came of one of them.
_NOT_AT_ONCE = frozenset({400, 404, 405, 413})
#: The ticket's key, or why there is none.
Outcome = str | RemoteError


class _Refusal(msgspec.Struct, rename="camel"):
    error_messages: list[str] = []
    errors: dict[str, Any] = {}


class _Failed(msgspec.Struct, rename="camel"):
    failed_element_number: int
    element_errors: _Refusal = msgspec.field(default_factory=_Refusal)
    status: int | None = None

    @property
    def error(self) -> RemoteError:
        """What a request for this one alone would have raised."""
        said = [*self.element_errors.error_messages, *_by_field(self.element_errors).values()]
        kind = Unauthorized if self.status in {401, 403} else Rejected
        error = kind(f"Jira refused the ticket: {' '.join(said) or 'it does not say why.'}")
        error.status = self.status or 400
        error.answer = msgspec.to_builtins(self.element_errors)
        return error


class _Created(msgspec.Struct):
    issues: list[Issue] = []
    errors: list[_Failed] = []


def file(remote: Remote, drafts: Sequence[Draft]) -> list[Outcome]:
    """File a ticket for each, and say what came of it, in their order.

    What Jira does not take of one is left out of it, where the ticket is worth filing without. Raises
    Unauthorized where not even one may be filed, Unavailable and Unknown.
    """
    outcomes: dict[str, Outcome] = {}
    left = list(drafts)
    while left:
        batch = left[:MOST]
        found = dict(zip((draft.item.key for draft in batch), _at_once(remote, batch), strict=True))
        outcomes |= found
        left = [draft for draft in batch if _is_lighter(draft, found[draft.item.key])] + left[MOST:]
    failed = [outcome for outcome in outcomes.values() if isinstance(outcome, RemoteError)]
    if failed and len(failed) == len(outcomes) and all(isinstance(f, Unauthorized) for f in failed):
        raise remote.names.explained(failed[0])
    return [outcomes[draft.item.key] for draft in drafts]


def refused_fields(error: RemoteError) -> dict[str, str]:
    """What Jira says of each field, where fields are all that it complains of."""
    try:
        refusal = msgspec.convert(error.answer, _Refusal)
    except msgspec.ValidationError:
        return {}
    return {} if refusal.error_messages else _by_field(refusal)


def _is_lighter(draft: Draft, outcome: Outcome) -> bool:
    refused = refused_fields(outcome) if isinstance(outcome, Rejected) else {}
    return draft.leaves_out(refused, draft.new()["fields"])


def _by_field(refusal: _Refusal) -> dict[str, str]:
    return {name: f"{str(words).rstrip('.')}." for name, words in refusal.errors.items()}


def _at_once(remote: Remote, drafts: Sequence[Draft]) -> list[Outcome]:
    try:
        made = remote.post("issue/bulk", {"issueUpdates": [draft.new() for draft in drafts]}, _Created)
    except Unauthorized as error:
        raise remote.names.explained(error) from error
    except (Rejected, Gone) as error:
        # Where not one could be created, the same answer comes as a refusal.
        if (none := _none_created(error)) is None:
            if error.status not in _NOT_AT_ONCE:
                raise remote.names.explained(error) from error
            return side_by_side(lambda draft: _alone(remote, draft), drafts)
        made = none
    failed = {one.failed_element_number: one.error for one in made.errors}
    keys = [issue.key for issue in made.issues]
    if len(keys) + len(failed) != len(drafts) or not failed.keys() <= set(range(len(drafts))):
        raise Unknown("Jira's answer does not say of each ticket whether it was created.")
    left = iter(keys)
    return [failed[number] if number in failed else next(left) for number in range(len(drafts))]


def _none_created(error: RemoteError) -> _Created | None:
    if not isinstance(error.answer, dict) or not isinstance(error.answer.get("errors"), list):
        return None
    try:
        return msgspec.convert(error.answer, _Created)
    except msgspec.ValidationError:
        return None


def _alone(remote: Remote, draft: Draft) -> Outcome:
    try:
        made: Issue = remote.post("issue", draft.new(), Issue)
    except (Rejected, Gone, Unauthorized) as error:
        return error
    return made.key
