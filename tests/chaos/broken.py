"""The promises, each broken at one place, and the tests that notice."""

from typing import Final, NamedTuple

KILLS: Final = "tests/chaos/test_kills.py::"
AS_IT_COMES: Final = f"{KILLS}test_nothing_is_lost_and_nothing_is_there_twice[as it comes]"
LAGGING: Final = f"{KILLS}test_nothing_is_lost_and_nothing_is_there_twice[searches lag]"
GOES_ON: Final = f"{KILLS}test_a_remote_goes_on_after_its_caller_was_killed"
REMEMBERED: Final = f"{KILLS}test_what_was_made_is_remembered_with_its_delivery"
HOSTS: Final = "tests/unit/test_hosts.py::"
SYNC: Final = "tests/acceptance/test_actions_sync_killed.py::"
LOST: Final = "tests/chaos/test_faults.py::test_a_lost_answer_makes_no_second_one"


class Mutant(NamedTuple):
    """A change of one place of a file, and the tests that have to fail with it."""

    name: str
    file: str
    old: str
    new: str
    tests: str


ONCE: Final = "chatops/dispatch/once.py"
STAMP: Final = """\
        with self.store.transaction():
            self.check()
            self.store.steps.posted(owner, instance, step, now, not_before)
        try:
            return self._finish(owner, step, create(key))
"""
STAMPED_LATE: Final = """\
        self.check()
        try:
            made = create(key)
            self.store.steps.posted(owner, instance, step, now, not_before)
            return self._finish(owner, step, made)
"""
LATE_RESULT: Final = """\
late = self.__dict__.setdefault("late", [])
            for earlier in late:
                self.store.steps.finished(*earlier)
            late[:] = [(owner, self.lease.delivery.instance, step, encoded)]"""
MUTANTS: Final = (
    Mutant("no find", ONCE, "known.posted_at and find:", "known.posted_at and not find:", LAGGING),
    Mutant(
        "no wait after find",
        ONCE,
        "known.not_before and self.store.now()",
        "False and self.store.now()",
        GOES_ON,
    ),
    Mutant(
        "settle counted from posted_at alone",
        ONCE,
        "seconds=self.deadline.remaining() + settle + self.deadline.seconds",
        "seconds=settle",
        GOES_ON,
    ),
    Mutant("the step stamped after the request", ONCE, STAMP, STAMPED_LATE, LAGGING),
    Mutant(
        "a lost answer taken for a no",
        ONCE,
        "isinstance(error, RemoteError) and not isinstance(error, Unknown)",
        "isinstance(error, RemoteError)",
        LOST,
    ),
    Mutant(
        "results not committed between steps",
        ONCE,
        "self.store.steps.finished(owner, self.lease.delivery.instance, step, encoded)",
        "del encoded",
        "tests/unit/test_once.py",
    ),
    Mutant(
        "the result committed after the next step",
        ONCE,
        "self.store.steps.finished(owner, self.lease.delivery.instance, step, encoded)",
        LATE_RESULT,
        "tests/unit/test_once.py",
    ),
    Mutant(
        "no lease check before a request",
        "chatops/http/transport.py",
        "        self._terms.check()\n",
        "",
        "tests/unit/test_http_sending.py",
    ),
    Mutant(
        "a result kept without the lease",
        "chatops/dispatch/keep.py",
        "if not store.deliveries.release(delivery, held.epoch):",
        "if store.deliveries.release(delivery, held.epoch) is None:",
        "tests/unit/test_lease.py",
    ),
    Mutant(
        "a living owner taken for a dead one",
        "chatops/dispatch/lease.py",
        "        except BlockingIOError:\n            return False\n",
        "        except BlockingIOError:\n            return True\n",
        "tests/unit/test_lease.py",
    ),
    Mutant(
        "a dead owner not noticed",
        "chatops/dispatch/lease.py",
        "        except FileNotFoundError:\n            return True\n",
        "        except FileNotFoundError:\n            return False\n",
        "tests/unit/test_lease.py",
    ),
    Mutant(
        "a write sent again after a lost answer",
        "chatops/http/answers.py",
        "sure = reads(request) or any(map(_never_connected, chain))",
        "sure = True or chain",
        LOST,
    ),
    Mutant(
        "a 5xx to a write counted as not arrived",
        "chatops/http/answers.py",
        "if reads(request) else Unknown(said)\n        return _of(late",
        "if said else Unknown(said)\n        return _of(late",
        "tests/unit/test_http_answers.py",
    ),
    Mutant(
        "deliveries written outside the event's transaction",
        "chatops/store/log.py",
        "kind=event.kind, at=event.at, body=body, **common)\n",
        "kind=event.kind, at=event.at, body=body, **common)\n"
        "        self._db._mine.connection.execute('COMMIT')\n"
        "        self._db._mine.connection.execute('BEGIN IMMEDIATE')\n",
        AS_IT_COMES,
    ),
    Mutant(
        "a delivery settled before its links are kept",
        "chatops/dispatch/keep.py",
        "        if outcome.links:\n",
        "        store._db._mine.connection.execute('COMMIT')\n"
        "        store._db._mine.connection.execute('BEGIN IMMEDIATE')\n        if outcome.links:\n",
        REMEMBERED,
    ),
    Mutant(
        "a repeated command recorded again",
        "chatops/service/desk.py",
        "if before and act.key and self.store",
        "if before and not act.key and self.store",
        AS_IT_COMES,
    ),
    Mutant(
        "a lane out of order",
        "chatops/store/migrations/sqlite/0001_first.sql",
        "AND (e.position, e.id) < (d.position, d.id)",
        "AND (e.position, e.id) > (d.position, d.id)",
        "tests/unit/test_store_heads.py",
    ),
    Mutant(
        "old words said after newer ones",
        "chatops/dispatch/decide.py",
        "if loaded.plugin.catch_up is CatchUp.LATEST:",
        "if loaded.plugin.catch_up is None:",
        "tests/unit/test_lanes.py",
    ),
    Mutant(
        "a ticket not looked for",
        "plugins/jira/chatops_jira/opening.py",
        "find=opening.find",
        "find=None",
        f"{LOST}[jira-POST-/issue-0]",
    ),
    Mutant(
        "a ticket looked for in the index alone",
        "plugins/jira/chatops_jira/find.py",
        "        if len(found) < len(labels):\n",
        "        if not labels:\n",
        "tests/plugins/test_jira_ticket.py::test_a_lost_reply_makes_no_second_ticket",
    ),
    Mutant(
        "words to customers not looked for",
        "plugins/statuspage/chatops_statuspage/telling.py",
        "find=lambda _: self._said(page.id)\n",
        "find=None\n",
        f"{LOST}[statuspage-PATCH-/incidents/[^/]+-0]",
    ),
    Mutant(
        "a public incident not looked for",
        "plugins/statuspage/chatops_statuspage/telling.py",
        "create=self._create, find=self._find",
        "create=self._create, find=None",
        f"{LOST}[statuspage-POST-/incidents-0]",
    ),
    Mutant(
        "a message not looked for",
        "plugins/slack/chatops_slack/posts.py",
        "            find=lambda key: find(api, channel, key, at),\n",
        "            find=None,\n",
        LOST,
    ),
    Mutant(
        "a lane leased though it was worked on meanwhile",
        "chatops/store/sql/deliveries.sql",
        "WHERE id = :id AND changed_at = :changed_at",
        "WHERE id = :id OR changed_at = :changed_at",
        "tests/unit/test_lease.py::test_a_delivery_that_ended_meanwhile_is_not_made_again",
    ),
    Mutant(
        "what one host cannot run fails for all",
        "chatops/dispatch/loading.py",
        "isinstance(found, NotLoaded) and self._store.shared",
        "isinstance(found, NotLoaded) and not self._store.shared",
        f"{HOSTS}test_what_cannot_run_here_is_left_to_a_host_where_it_can",
    ),
    Mutant(
        "a host disables what another one enabled",
        "chatops/store/database.py",
        "if self.shared else configuration",
        "if not self.shared else configuration",
        f"{HOSTS}test_a_host_runs_only_what_it_is_configured_for_and_disables_only_its_own",
    ),
    Mutant(
        "an action item looked for in the index alone",
        "plugins/jira/chatops_jira/find.py",
        "        if len(found) < len(labels):\n",
        "        if not labels:\n",
        f"{SYNC}test_nor_while_the_search_does_not_know_what_was_filed",
    ),
    Mutant(
        "two syncs that do not look again",
        "plugins/jira/chatops_jira/tracker.py",
        "seen = finder.again(issue.key for issue in new.values()) if new else []",
        "seen: list[Issue] = []",
        f"{SYNC}test_two_jobs_at_once_end_with_one_ticket_each",
    ),
    Mutant(
        "an item filed though its ticket is found",
        "plugins/jira/chatops_jira/tracker.py",
        "missing = [draft for draft in drafts if draft.item.key not in found]",
        "missing = list(drafts)",
        f"{SYNC}test_a_reply_that_is_lost_anywhere_files_nothing_twice",
    ),
    Mutant(
        "a document written without being read again",
        "chatops/actions/edit.py",
        "if again and not wrong:",
        "if again:",
        "tests/unit/test_actions_edit.py",
    ),
)
