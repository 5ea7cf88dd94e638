"""Why a page is not written, in words that say what to do."""

from chatops import Gone, Rejected
from chatops_confluence.answers import Page
from chatops_confluence.api import Api
from chatops_confluence.reading import differences


def gone(api: Api, page: str) -> Gone:
    """The page is not there any more."""
    return Gone(
        f"The page {page} was deleted, or the account of {api.setting('token')} may not see it: restore it,"
        " or `chatops retry --recreate` makes a new one."
    )


def no_space(api: Api, space: str) -> Rejected:
    """The space is not there."""
    key = "space" if space == api.config.space else "restricted_space"
    return Rejected(
        f"There is no space {space}, or the account of {api.setting('token')} may not see it. Check"
        f" {api.setting(key)}: `chatops doctor` lists those that there are."
    )


def title_taken(api: Api, page: Page, space: str) -> Rejected:
    """Another page has the title."""
    whose = "of another incident" if page.incident else "that chatops did not write"
    return Rejected(
        f"The space {space} has a page {page.title!r} already, one {whose}: {api.url_of(page)}. Rename it, or"
        f" set {api.setting('title')} so that titles differ, and then: chatops retry."
    )


def another_incident(api: Api, page: Page) -> Rejected:
    """The page that is linked to the incident is that of another one."""
    return Rejected(
        f"{api.url_of(page)} is the page of another incident, {page.incident}. Name another page with"
        " `chatops link add`, or leave this post-mortem out: chatops skip."
    )


def not_restricted(api: Api, page: Page, space: str) -> Rejected:
    """The page is where more may read it than may know of the incident."""
    return Rejected(
        f"The incident is restricted, and {api.url_of(page)} is not in the space {space}. Move the page there"
        " and run `chatops retry`, or leave this version out: chatops skip."
    )


def edited(api: Api, page: Page, before: str | None, wanted: str, incident: str) -> Rejected:
    """People have changed the page since it was `before`, None where nobody knows what that was."""
    since = "since chatops wrote it" if before is not None else "and what chatops wrote is not known any more"
    changed = differences(wanted if before is None else before, page.text)
    return Rejected(
        f"People have changed {api.url_of(page)} {since}. Take their changes over into the document; then"
        f" `chatops postmortem publish {incident} --force` overwrites the page, whose history keeps theirs."
        f" What they changed:\n{changed}"
    )
