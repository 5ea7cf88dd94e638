"""Jira's stand-in: issues, their comments, links and transitions, as they are kept and answered."""

import pytest

from tests.plugins.test_jira_sandbox_support import Jira, document, fields, jira, old

__all__ = ["jira", "old"]


class TestIssues:
    def test_an_issue_is_kept_with_its_properties(self, jira: Jira) -> None:
        issue = jira.created({"properties": [{"key": "chatops", "value": {"key": "k"}}]}, labels=["a", "b"])
        assert (issue.key, issue.properties) == ("OPS-1", {"chatops": {"key": "k"}})
        said = jira.get("issue/OPS-1", fields="labels,status", properties="chatops")
        assert said["properties"] == {"chatops": {"key": "k"}}
        assert (said["fields"]["labels"], said["fields"]["status"]["name"]) == (["a", "b"], "To Do")
        assert set(said["fields"]) == {"labels", "status"}

    def test_properties_come_only_when_they_are_asked_for(self, jira: Jira) -> None:
        jira.created({"properties": [{"key": "chatops", "value": 1}]})
        assert "properties" not in jira.get("issue/OPS-1")
        assert jira.get("issue/OPS-1/properties")["keys"][0]["key"] == "chatops"
        assert jira.get("issue/OPS-1/properties/chatops") == {"key": "chatops", "value": 1}

    def test_a_property_is_new_once(self, jira: Jira) -> None:
        jira.created()
        jira.done(201, "PUT", "issue/OPS-1/properties/chatops", {"a": 1})
        jira.done(200, "PUT", "issue/OPS-1/properties/chatops", {"a": 2})
        assert jira.standin.issue("OPS-1").properties == {"chatops": {"a": 2}}

    def test_an_edit_sets_and_operates(self, jira: Jira) -> None:
        jira.created(labels=["a"])
        update = {"labels": [{"add": "b"}, {"remove": "a"}], "comment": [{"add": {"body": document("Hi")}}]}
        said = {"fields": {"summary": "Fixed", "priority": {"name": "High"}}, "update": update}
        jira.done(204, "PUT", "issue/OPS-1", said | {"transition": {"id": "41"}})
        issue = jira.standin.issue("OPS-1")
        assert (issue.fields["summary"], issue.fields["labels"], len(issue.comments)) == ("Fixed", ["b"], 1)
        assert (issue.fields["priority"].name, issue.status.name) == ("High", "To Do")

    def test_what_is_wrong_changes_nothing(self, jira: Jira) -> None:
        jira.created(labels=["a"])
        jira.refused(400, "PUT", "issue/OPS-1", {"fields": {"summary": "New", "labels": ["x y"]}})
        assert jira.standin.issue("OPS-1").fields["summary"] == "Checkout is down"

    def test_only_an_administrator_edits_without_mails(self, jira: Jira) -> None:
        jira.created()
        said = {"fields": {"summary": "Quiet"}}
        words = jira.refused(403, "PUT", "issue/OPS-1", said, notifyUsers="false")
        assert "project admin permissions are required" in words
        jira.standin.permissions.add("ADMINISTER_PROJECTS")
        jira.done(204, "PUT", "issue/OPS-1", said, notifyUsers="false")
        assert jira.standin.mails == [("OPS-1", "created")]

    def test_of_many_those_that_can_be_are_made(self, jira: Jira) -> None:
        good, bad = {"fields": fields()}, {"fields": fields(labels=["x y"])}
        said = jira.done(201, "POST", "issue/bulk", {"issueUpdates": [good, bad, good]})
        assert [issue["key"] for issue in said["issues"]] == ["OPS-1", "OPS-2"]
        assert [(e["failedElementNumber"], e["status"]) for e in said["errors"]] == [(1, 400)]
        none = jira.done(400, "POST", "issue/bulk", {"issueUpdates": [bad]})
        assert (none["issues"], len(none["errors"])) == ([], 1)

    def test_many_are_read_at_once(self, jira: Jira) -> None:
        jira.created(), jira.created({"properties": [{"key": "p", "value": 1}]})
        asked = {"issueIdsOrKeys": ["OPS-2", "OPS-9", "OPS-1"], "fields": ["summary"], "properties": ["p"]}
        said = jira.done(200, "POST", "issue/bulkfetch", asked)
        assert [(i["key"], i["properties"]) for i in said["issues"]] == [("OPS-1", {}), ("OPS-2", {"p": 1})]
        assert [error["id"] for error in said["issueErrors"]] == ["OPS-9"]

    def test_a_moved_issue_answers_to_its_old_key(self, jira: Jira) -> None:
        jira.created()
        jira.standin.move("OPS-1", "PAY")
        assert jira.get("issue/OPS-1")["key"] == "PAY-1"
        assert jira.created().key == "OPS-2"

    def test_a_deleted_issue_is_gone(self, jira: Jira) -> None:
        jira.created()
        jira.standin.delete("OPS-1")
        words = "Issue does not exist or you do not have permission to see it."
        assert jira.refused(404, "GET", "issue/OPS-1") == words
        assert jira.refused(404, "POST", "issue/OPS-1/comment", {"body": document("Hi")}) == words

    def test_either_version_reads_what_the_other_wrote(self, jira: Jira) -> None:
        jira.created(description=document("Down"), customfield_10010=document("Everybody"))
        jira.done(201, "POST", "issue/OPS-1/comment", {"body": document("Hi")})
        jira.version = "2"
        jira.created(description="Down", customfield_10010="Everybody")
        jira.done(201, "POST", "issue/OPS-2/comment", {"body": "Hi"})
        for version, shape in (("2", lambda text: text), ("3", document)):
            jira.version = version
            for key in ("OPS-1", "OPS-2"):
                shown = jira.get(f"issue/{key}")["fields"]
                said = [
                    shown["description"],
                    shown["customfield_10010"],
                    shown["comment"]["comments"][0]["body"],
                ]
                assert said == [shape("Down"), shape("Everybody"), shape("Hi")]


class TestComments:
    def test_they_come_in_pages_and_either_order(self, jira: Jira) -> None:
        jira.created()
        for number in range(5):
            jira.done(201, "POST", "issue/OPS-1/comment", {"body": document(str(number))})
        said = jira.get("issue/OPS-1/comment", orderBy="-created", maxResults=2, startAt=1)
        texts = [c["body"]["content"][0]["content"][0]["text"] for c in said["comments"]]
        assert (texts, said["total"], said["startAt"], said["maxResults"]) == (["3", "2"], 5, 1, 2)

    def test_their_properties_come_when_expanded(self, jira: Jira) -> None:
        jira.created()
        said = {"body": document("Hi"), "properties": [{"key": "chatops", "value": {"key": "k"}}]}
        jira.done(201, "POST", "issue/OPS-1/comment", said)
        (plain,) = jira.get("issue/OPS-1/comment")["comments"]
        (deep,) = jira.get("issue/OPS-1/comment", expand="properties")["comments"]
        assert ("properties" not in plain, plain["jsdPublic"]) == (True, True)
        internal = [{"key": "sd.public.comment", "value": {"internal": True}}]
        said = {"body": document("Hi"), "properties": internal}
        assert jira.done(201, "POST", "issue/OPS-1/comment", said)["jsdPublic"] is False
        assert deep["properties"] == [{"key": "chatops", "value": {"key": "k"}}]

    def test_a_correction_is_for_ones_own(self, jira: Jira) -> None:
        jira.created()
        theirs = jira.standin.comment("OPS-1", document("On it"))
        own = jira.done(201, "POST", "issue/OPS-1/comment", {"body": document("Hi")})["id"]
        jira.done(200, "PUT", f"issue/OPS-1/comment/{own}", {"body": document("Hello")})
        jira.refused(400, "PUT", f"issue/OPS-1/comment/{theirs.id}", {"body": document("No")})
        assert jira.standin.issue("OPS-1").comments[1].body == document("Hello")

    def test_an_empty_one_is_refused(self, jira: Jira) -> None:
        jira.created()
        assert jira.refused(400, "POST", "issue/OPS-1/comment", {}) == {
            "comment": "Comment body can not be empty!"
        }


class TestLinks:
    def test_a_global_id_is_linked_once(self, jira: Jira) -> None:
        jira.created()
        said = {
            "globalId": "chatops=1",
            "relationship": "incident",
            "object": {"url": "https://x", "title": "X"},
        }
        made = jira.done(201, "POST", "issue/OPS-1/remotelink", said)
        again = {"globalId": "chatops=1", "object": {"url": "https://y", "title": "Y"}}
        assert jira.done(200, "POST", "issue/OPS-1/remotelink", again)["id"] == made["id"]
        (link,) = jira.get("issue/OPS-1/remotelink")
        # What an update leaves out is gone.
        assert (link["object"]["title"], "relationship" in link) == ("Y", False)
        assert jira.get("issue/OPS-1/remotelink", globalId="chatops=1")["id"] == made["id"]
        jira.refused(404, "GET", "issue/OPS-1/remotelink", globalId="other")

    def test_without_a_global_id_there_are_two(self, jira: Jira) -> None:
        jira.created()
        for _ in range(2):
            jira.done(201, "POST", "issue/OPS-1/remotelink", {"object": {"url": "https://x", "title": "X"}})
        assert len(jira.get("issue/OPS-1/remotelink")) == 2

    def test_issues_are_linked_once_but_told_twice(self, jira: Jira) -> None:
        jira.created(), jira.created()
        ends = {"inwardIssue": {"key": "OPS-1"}, "outwardIssue": {"key": "OPS-2"}}
        said = {"type": {"name": "Relates"}, **ends, "comment": {"body": document("See")}}
        for _ in range(2):
            jira.done(201, "POST", "issueLink", said)
        issue = jira.get("issue/OPS-1")["fields"]
        assert [link["outwardIssue"]["key"] for link in issue["issuelinks"]] == ["OPS-2"]
        assert issue["comment"]["total"] == 2
        jira.refused(404, "POST", "issueLink", said | {"type": {"name": "Envies"}})

    def test_watchers_are_named_by_a_string(self, jira: Jira) -> None:
        jira.created()
        dana = jira.standin.users[1]
        jira.done(204, "POST", "issue/OPS-1/watchers", dana.account)
        jira.done(204, "POST", "issue/OPS-1/watchers", dana.account)
        assert jira.get("issue/OPS-1/watchers")["watchCount"] == 2
        jira.refused(400, "POST", "issue/OPS-1/watchers", {"accountId": dana.account})
        jira.refused(400, "POST", "issue/OPS-1/watchers", "nobody")
        jira.done(204, "DELETE", "issue/OPS-1/watchers", accountId=dana.account)
        assert jira.standin.issue("OPS-1").watchers == [jira.standin.me]


class TestTransitions:
    def test_the_last_status_resolves(self, jira: Jira) -> None:
        jira.created()
        ways = {t["to"]["name"]: t["id"] for t in jira.get("issue/OPS-1/transitions")["transitions"]}
        jira.done(204, "POST", "issue/OPS-1/transitions", {"transition": {"id": ways["Done"]}})
        issue = jira.standin.issue("OPS-1")
        assert (issue.status.name, issue.fields["resolution"].name) == ("Done", "Done")
        jira.done(204, "POST", "issue/OPS-1/transitions", {"transition": {"id": ways["To Do"]}})
        assert (issue.resolved, "resolution" in issue.fields) == (None, False)

    def test_only_what_leads_on_from_here_is_offered(self, old: Jira) -> None:
        old.created()
        offered = {t["name"] for t in old.get("issue/OPS-1/transitions")["transitions"]}
        assert offered == {"Start Progress", "Resolve Issue", "Close Issue"}
        words = old.refused(400, "POST", "issue/OPS-1/transitions", {"transition": {"id": "711"}})
        assert words == "Transition id '711' is not valid for this issue."

    def test_a_screen_takes_and_wants_its_fields(self, old: Jira) -> None:
        old.created()
        resolve = next(t for t in old.standin.projects[0].workflow.transitions if t.id == "5")
        resolve.required = ("resolution",)
        said = {"transition": {"id": "5"}}
        errors = old.refused(400, "POST", "issue/OPS-1/transitions", said)
        assert errors == {"resolution": "Resolution is required."}
        hidden = old.refused(400, "POST", "issue/OPS-1/transitions", said | {"fields": {"labels": []}})
        assert hidden["labels"].startswith("Field 'labels' cannot be set.")
        duplicate = said | {"fields": {"resolution": {"name": "Duplicate"}}}
        old.done(204, "POST", "issue/OPS-1/transitions", duplicate)
        assert old.standin.issue("OPS-1").fields["resolution"].name == "Duplicate"

    def test_an_issue_says_them_when_expanded(self, jira: Jira) -> None:
        jira.created()
        assert len(jira.get("issue/OPS-1", expand="transitions")["transitions"]) == 5


@pytest.mark.parametrize("by", ["key", "id"])
def test_an_issue_is_found_by_key_and_id(jira: Jira, by: str) -> None:
    issue = jira.created()
    assert jira.get(f"issue/{getattr(issue, by)}")["key"] == "OPS-1"
