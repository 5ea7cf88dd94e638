"""What Slack's names of errors mean: the one place that knows them.

Every answer has the status 200, with `ok` false and an error's name where it is a refusal
(docs.slack.dev, "Using the Slack Web API"). The names are those of the methods' own pages.
"""

from typing import Final

from chatops import Gone, Rejected, RemoteError, Unauthorized, Unavailable, Unknown

#: The token as such is not accepted.
_TOKEN: Final = frozenset(
    {
        "access_denied",
        "account_inactive",
        "invalid_auth",
        "not_allowed_token_type",
        "not_authed",
        "org_login_required",
        "team_access_not_granted",
        "token_expired",
        "token_revoked",
        "two_factor_setup_required",
    }
)
#: Slack says of these that some of the work may be done.
_HALF: Final = frozenset({"fatal_error", "internal_error", "request_timeout", "service_unavailable"})
#: The request was not taken, and will be later.
_LATER: Final = frozenset({"ratelimited", "rate_limited", "team_added_to_org", "too_many_requests"})
#: What the answer to the request points to is not there, or not for this app.
_GONE: Final = frozenset({"channel_not_found", "message_not_found"})
#: Seconds to wait where Slack does not say how long: a busy channel takes one message a second.
_LATER_SECONDS: Final = 30.0
#: What a person can do about a refusal.
_ADVICE: Final = {
    "is_archived": "The channel is archived. Unarchive it in Slack, then run `chatops retry`.",
    "is_inactive": "The channel is archived. Unarchive it in Slack, then run `chatops retry`.",
    "not_in_channel": "Invite the app to the channel in Slack (/invite), then run `chatops retry`.",
    "restricted_action": "The workspace's settings do not let the app do this: ask one of its owners.",
    "user_is_restricted": "The workspace's settings do not let the app do this: ask one of its owners.",
    "users_not_found": "Slack knows nobody with this e-mail address.",
    "unknown_method": "Is plugins.{instance}.url the address of the API, https://slack.com/api?",
}
_MISSING: Final = {
    "channel_not_found": "The channel was deleted, or it is private and the app was removed from it.",
    "message_not_found": "The message was deleted.",
}


def refusal(  # noqa: PLR0913  (an answer has so many sides)
    instance: str, method: str, error: str, needed: str = "", provided: str = "", *, writes: bool
) -> RemoteError:
    """The error that this answer to a method stands for, in words that name the setting to change."""
    said = f"Slack refused {method}: {error}."
    token = f"plugins.{instance}.token"
    if error in {"missing_scope", "no_permission"}:
        lacking = f"the scope {needed}" if needed else f"a scope that {method} needs"
        has = f" It has: {provided}." if provided else ""
        return Unauthorized(
            f"{said} The token in {token} lacks {lacking}: add it to the app and install it anew.{has}"
        )
    if error in _TOKEN:
        return Unauthorized(f"{said} Put a valid bot token (xoxb-...) where {token} points to.")
    if error in _LATER:
        return Unavailable(said, retry_after=_LATER_SECONDS)
    if error in _HALF:
        return Unknown(said) if writes else Unavailable(said)
    if error in _GONE:
        return Gone(f"{said} {_MISSING[error]}")
    advice = _ADVICE.get(error, "").format(instance=instance)
    return Rejected(f"{said} {advice}".strip())
