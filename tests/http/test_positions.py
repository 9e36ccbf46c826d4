"""Listings that go on after a position which the caller names."""

import json

import pytest

from outputs import output

TASKS = ["", "a", "a b", "b+c", "蜂"]


@pytest.fixture(scope="module", autouse=True)
def stored(server):
    lines = [
        json.dumps(output(task, task=task, attempt=attempt)) for task in TASKS for attempt in (1, 3)
    ]
    with server.client() as caller:
        answer = caller.post(
            "/v1/outputs", "\n".join(lines), content_type="application/x-ndjson", atomic="true"
        )
        assert answer.expect(200).json["stored_count"] == len(lines)


@pytest.mark.parametrize(
    "path, what, name",
    [("/v1/tasks", "tasks", "task_id"), ("/v1/agents", "agents", "producer_agent")],
)
class TestNames:
    @pytest.mark.parametrize(
        "after, first", [("", 1), ("a", 2), ("a ", 2), ("a a", 2), ("a b", 3), ("b", 3), ("蜂", 5)]
    )
    def test_they_follow_the_name(self, client, path, what, name, after, first):
        page = client.get(path, after=after).expect(200).json
        assert [row[name] for row in page[what]] == TASKS[first:]
        assert page["next_cursor"] is None

    def test_pages_can_be_walked_by_the_last_name(self, client, path, what, name):
        found, after = [], {}
        while rows := client.get(path, limit=2, **after).expect(200).json[what]:
            found += [row[name] for row in rows]
            after = {"after": found[-1]}
        assert found == TASKS

    def test_a_position_is_given_once(self, client, path, what, name):
        cursor = client.get(path, limit=1).json["next_cursor"]
        problem = client.get(path, cursor=cursor, after="a").expect(400, "bad_request")
        assert "'cursor'" in problem.json["detail"] and "'after'" in problem.json["detail"]


class TestRuns:
    ALL = [(task, attempt) for task in TASKS for attempt in (1, 3)]

    @pytest.mark.parametrize(
        "task, attempt, first",
        [("", 0, 0), ("", 1, 1), ("", 2, 1), ("", 3, 2), ("a", 2**32 - 1, 4), ("蜂", 3, 10)],
    )
    def test_they_follow_the_run(self, client, task, attempt, first):
        page = client.get("/v1/runs", after_task_id=task, after_attempt=attempt).expect(200).json
        assert [(run["task_id"], run["attempt"]) for run in page["runs"]] == self.ALL[first:]

    def test_those_of_a_task_follow_it_too(self, client):
        page = client.get("/v1/runs", task_id="a", after_task_id="a", after_attempt=1).json
        assert [(run["task_id"], run["attempt"]) for run in page["runs"]] == [("a", 3)]

    def test_pages_can_be_walked_by_the_last_run(self, client):
        found, after = [], {}
        while rows := client.get("/v1/runs", limit=3, **after).expect(200).json["runs"]:
            found += [(run["task_id"], run["attempt"]) for run in rows]
            after = dict(zip(("after_task_id", "after_attempt"), found[-1]))
        assert found == self.ALL

    @pytest.mark.parametrize(
        "position, named",
        [
            ({"after_task_id": "a"}, "after_attempt"),
            ({"after_attempt": 1}, "after_task_id"),
            ({"after_task_id": "a", "after_attempt": "x"}, "after_attempt"),
            ({"after_task_id": "a", "after_attempt": -1}, "after_attempt"),
            ({"after_task_id": "a", "after_attempt": 2**32}, "after_attempt"),
            ({"after": "a"}, "after"),
        ],
        ids=str,
    )
    def test_half_a_position_is_none(self, client, position, named):
        problem = client.get("/v1/runs", **position).expect(400, "bad_request")
        assert named in problem.json["detail"]

    def test_a_position_is_given_once(self, client):
        cursor = client.get("/v1/runs", limit=1).json["next_cursor"]
        for more in ({"after_task_id": "a", "after_attempt": 1}, {"after_attempt": 1}):
            client.get("/v1/runs", cursor=cursor, **more).expect(400, "bad_request")


def test_records_have_one_position_too(client):
    cursor = client.get("/v1/outputs", limit=1).json["next_cursor"]
    problem = client.get("/v1/outputs", cursor=cursor, after_seq=0).expect(400, "bad_request")
    assert "'cursor'" in problem.json["detail"] and "'after_seq'" in problem.json["detail"]


@pytest.mark.parametrize("value", ["x", "-1", "1.5", str(2**63), ""])
def test_an_after_seq_that_is_none_is_named(client, value):
    problem = client.get("/v1/outputs", after_seq=value).expect(400, "bad_request")
    assert "after_seq" in problem.json["detail"]
