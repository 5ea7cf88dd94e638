"""What a failed test of conformance says: what was seen, what it does to people, and the way out."""

from typing import Final, NamedTuple, NoReturn

import pytest


class Lesson(NamedTuple):
    """What was seen, with its facts in braces; what that would do to people; what to do."""

    seen: str
    harm: str
    way: str


LESSONS: Final = {
    "no_settings": Lesson(
        "{plugin} has no stand-in and no settings to be tried with.",
        "Nothing can be said of a plugin that nobody has seen at work.",
        "Set `standin` to the class that stands in for its remote (a subclass of chatops.sandbox.FakeRemote, "
        "for instance), or override `settings`.",
    ),
    "not_loaded": Lesson(
        "It does not load: {reason}",
        "Whoever installs it sees this in `chatops plugins list`, and is told of nothing else.",
        "Mend what the reason says.",
    ),
    "deaf": Lesson(
        "It implements no hook.",
        "It would be installed and never called.",
        "Mark a method that has the name of a hook with @hookimpl. `chatops hooks` lists them.",
    ),
    "unmarked": Lesson(
        "{hook} has the name of a hook and is not marked as one.",
        "It is never called, and nobody is told.",
        "Write @hookimpl above it; or give it another name, where it is none.",
    ),
    "unknown_accepted": Lesson(
        "{path} is no setting, and is accepted.",
        "Somebody misspells a setting, nothing is said, and the default is in force during the incident.",
        "Write `class {settings}(msgspec.Struct, forbid_unknown_fields=True)`.",
    ),
    "not_done": Lesson(
        "Nothing went wrong at the remote, and {hook} ended as {state}: {reason}",
        "It never works, and responders learn that in an incident.",
        'A hook that has nothing to do returns None, or Skipped("why").',
    ),
    "not_called": Lesson(
        "{hook} was never called in an incident in which everything happens.",
        "It may as well not be there.",
        "Look at the filters in `settings` (`when`). What corrects words is called where they were said: "
        "public_correction needs public_update.",
    ),
    "once_only": Lesson(
        "{hook} was called twice in one incident, with other words, and only the first were sent.",
        "What is said later never arrives, and is said to have arrived.",
        'Leave scope="incident" to what an incident has one of, such as its ticket; and find what belongs to '
        "one event by the key that `create` is given.",
    ),
    "question": Lesson(
        "The question {hook} failed: {reason}",
        "`chatops doctor`, `link add` or a sync says that the plugin is broken.",
        "Return None where there is no answer; raise a RemoteError only for what the remote said.",
    ),
    "answer": Lesson(
        "The question {hook} was answered with a thing of the type {kind}.",
        "The command that asks it ends with an error, and nobody reads the answer.",
        "Return what `chatops hooks {hook}` says, from a method that is no coroutine.",
    ),
    "finding": Lesson(
        "`check` names {setting}, which is no key of the configuration.",
        "`chatops doctor` sends a responder to a setting that does not exist.",
        'Name it from the top of the file: f"plugins.{{ctx.instance}}.KEY".',
    ),
    "twice": Lesson(
        "{how} left {after} at the remote ({before} where nothing goes wrong):\n{made}",
        "A command that is killed, or a reply that is lost, opens a second ticket or pages people twice.",
        "Create inside `ctx.once(step, create=..., find=...)`: write the key that `create` is given to the "
        "remote, in a field that it can be found by, and look for it in `find`. Where nothing can be found "
        "at the remote, declare `at_least_once = True`. Where a POST makes nothing, as one that searches, "
        "let `made` of the stand-in say what is there.",
    ),
    "lost": Lesson(
        "{hook} is {state} hours after its reply was lost: {reason}",
        "What is unconfirmed is never said to have arrived, and a responder has to look by hand.",
        "`find` returns the Link of what was created under its key, and None where nothing is there. What is "
        "changed or deleted outside `ctx.once` is done again: what is gone by then (Gone) is done.",
    ),
    "lost_for_good": Lesson(
        "After a bad moment ({moment}) everything is done, and {made} of {expected} things are there.",
        "What is late never arrives, and is said to have arrived.",
        "Do on every attempt what the first would have done: `ctx.once` knows what is there already. `find` "
        "looks for the key alone: a title, or what is newest, may be another incident's.",
    ),
    "refusal": Lesson(
        "The remote answered {status}, and the reason names no setting of plugins.{instance}: {reason}",
        "A responder reads that it failed, and not which of a dozen settings to change.",
        "Catch Unauthorized and raise it again in words: "
        'raise Unauthorized(f"{{error}} Check plugins.{{ctx.instance}}.token.") from error',
    ),
    "refused_done": Lesson(
        "The remote answered {status} to everything, and {hook} is done.",
        "The responder reads that everybody was told, and nobody was.",
        "Let the error of ctx.http go through.",
    ),
    "given_up": Lesson(
        "The remote had a bad moment ({moment}), and {hook} was given up: {reason}",
        "A delivery that failed waits for a person; a moment later it would have worked by itself.",
        "Send by `ctx.http` and let Unavailable and Unknown through: the core tries again.",
    ),
    "swallowed": Lesson(
        "Every request failed in a bad moment ({moment}), and {hook} ended as {state}.",
        "It is never tried again, and responders read that it is over.",
        "Let Unavailable and Unknown through: the core tries again. What is caught here is lost.",
    ),
    "not_again": Lesson(
        "Once the remote was well again ({moment} before), {hook} was {state}: {reason}",
        "What is late never arrives.",
        "Keep nothing on the plugin itself that an earlier attempt has left half-way.",
    ),
    "garbage": Lesson(
        "The remote answered {garbage!r}, and the reason given is: {reason}",
        "A responder reads a traceback's last line in place of what happened.",
        "Ask for a typed Struct: `ctx.http.request(..., answer=Made)` says what is wrong in words. "
        "Check what you take out of an answer of another kind.",
    ),
    "garbage_link": Lesson(
        "The remote answered {garbage!r}, and a Link with the id {id!r} was kept.",
        "What was made is never found again, and whatever comes later changes nothing or the wrong thing.",
        "Ask for a typed Struct that has to have an id: `ctx.http.request(..., answer=Made)`.",
    ),
    "dry": Lesson(
        "A dry run made something: {made}",
        "Somebody tries what would happen, and it happens.",
        "Send everything by `ctx.http`, write in no GET, and mark no request that writes as `reads=True`. "
        "Where a POST makes nothing, let `made` of the stand-in say what is there.",
    ),
    "internal": Lesson(
        "It faces customers, and what it sent holds {word!r}, which was said to responders only.",
        "Customers read internal words, and no later correction takes them back.",
        "Take nothing but what `event` and the public `ctx` hold; a public hook is handed no more.",
    ),
    "plain_secret": Lesson(
        "The setting {setting} reads like a secret and is of type {type}.",
        "It would stand in the configuration file, and be shown by `chatops config show`.",
        "Give it the type chatops.Secret, and call reveal() where it is sent.",
    ),
    "secret": Lesson(
        "A secret of the configuration is in {where}; where it stood, this says ***: {text}",
        "Logs and terminals are copied into tickets and chats.",
        "Call reveal() only where the request is made, and put its value into no text and no Link. A value "
        "as short as 'test' is found in other words: try with a longer one.",
    ),
    "address": Lesson(
        "What people wrote changed which addresses are asked. With plain words: {plain}. With hostile ones: "
        "{hostile}",
        "Words with a slash or a question mark in them reach another object, or none.",
        "Send texts in the body, or as `params=`; quote with urllib.parse.quote(text, safe='') what has to "
        "be in a path.",
    ),
    "markup": Lesson(
        "{markup!r} was written by somebody, and reached the remote as it is.",
        "It runs, or calls everybody, at whoever reads it.",
        "Escape texts in the way of the remote before they are put into its markup.",
    ),
    "mixed_up": Lesson(
        "Of {incidents} incidents at once, {what}.",
        "The words of one incident stand in the ticket of another.",
        "Keep nothing of a call on `self`: objects are shared by threads. What has to be remembered belongs "
        "into a Link. What is there for all incidents is looked for and made in one request.",
    ),
    "socket": Lesson(
        "A connection to {address} was made past ctx.http.",
        "It keeps to no deadline, no proxy, no dry run, and its faults are reported in no words.",
        "Use `ctx.http.request`, or `ctx.http.mount(session)` for an SDK. Where that cannot be, leave "
        "`own_transport` to True.",
    ),
}


def fail(lesson: str, /, **facts: object) -> NoReturn:
    """End the test with the lesson."""
    seen, harm, way = LESSONS[lesson]
    text = f"{seen.format(**facts)}\n\nWhat it does: {harm}\nWhat to do: {way.format(**facts)}"
    raise pytest.fail.Exception(text, pytrace=False) from None
