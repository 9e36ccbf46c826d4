"""Tokens that are limited to a task, a run or an agent."""

import json

import pytest

from client import target
from events import EventStream
from outputs import final, output

REF = "out-0000000000"


@pytest.fixture(scope="module")
def stored(server):
    """One output in each of some runs: its ref by (task, attempt)."""
    with server.client() as caller:
        return {
            (task, attempt): caller.emit(
                output("a", final(f"{task} {attempt}"), task, attempt)
            ).out_id
            for task in ("mine", "theirs", "")
            for attempt in (1, 2)
        }


def _limited(server, *options):
    return server.client(server.mint("emit read", *options))


class TestATokenOfATask:
    def test_emits_in_it_only(self, server):
        with _limited(server, "--task", "mine") as caller:
            caller.emit(output(task="mine", attempt=7)).expect(200)
            caller.emit(output(task="theirs")).expect(403, "forbidden")
            caller.emit(output(task="")).expect(403, "forbidden")
            caller.post("/v1/data/a", output(task="theirs")).expect(403, "forbidden")
            content = {"attempt": 1, "producer_agent": "a"}
            for task, status in [("mine", 200), ("theirs", 403)]:
                caller.post(
                    "/v1/outputs/content", "x", content_type="text/plain", task_id=task, **content
                ).expect(status)

    @pytest.mark.parametrize("path", ["/v1/outputs/content", "/v1/outputs/blob"])
    def test_is_refused_before_a_body_is_asked_for(self, server, path):
        token = server.mint("emit", "--task", "mine")
        where = target(path, task_id="theirs", attempt=1, producer_agent="a")
        with server.wire() as wire:
            wire.send(
                f"POST {where} HTTP/1.1\r\nHost: {server.address}\r\n"
                f"Authorization: Bearer {token}\r\nContent-Type: text/plain\r\n"
                "Content-Length: 5\r\nExpect: 100-continue\r\n\r\n"
            )
            wire.answer("POST", path).expect(403, "forbidden")

    def test_emits_the_lines_that_are_in_it(self, server):
        lines = "\n".join(json.dumps(output(task=task)) for task in ("mine", "theirs", "mine"))
        with _limited(server, "--task", "mine") as caller:
            results = (
                caller.post("/v1/outputs", lines, content_type="application/x-ndjson")
                .expect(200)
                .json
            )
            assert (results["stored_count"], results["failed_count"]) == (2, 1)
            assert results["results"][1]["error"]["type"] == "urn:skep:problem:forbidden"
            whole = caller.post(
                "/v1/outputs", lines, content_type="application/x-ndjson", atomic="true"
            )
            assert whole.expect(403, "forbidden").json["line"] == 2

    def test_sees_no_other_record(self, server, stored):
        with _limited(server, "--task", "mine") as caller:
            for (task, _), out_id in stored.items():
                for path in (
                    f"/v1/outputs/{out_id}",
                    f"/v1/outputs/{out_id}/content",
                    f"/v1/data/{out_id}",
                ):
                    if task == "mine":
                        caller.get(path).expect(200)
                    else:
                        problem = caller.get(path).expect(404, "not_found").json
                        assert "theirs" not in json.dumps(problem)

    def test_tells_no_more_of_another_record_than_of_none(self, server, stored):
        with _limited(server, "--task", "mine") as caller:
            there = caller.get(f"/v1/outputs/{stored['theirs', 1]}").text
            absent = caller.get(f"/v1/outputs/{REF}").text
            assert len(there) == len(absent)

    @pytest.mark.parametrize("condition", ["If-None-Match", "If-Match"])
    def test_learns_nothing_by_conditions(self, server, stored, condition):
        """A tag that is known does not tell whether its output is there."""
        with server.client() as all_tasks, _limited(server, "--task", "mine") as caller:
            path = f"/v1/outputs/{stored['theirs', 1]}/content"
            etag = all_tasks.get(path).headers["ETag"]
            for value in (etag, "*", '"other"'):
                caller.get(path, {condition: value}).expect(404, "not_found")
                caller.head(path, {condition: value}).expect(404)

    def test_asks_for_its_newest_content_again(self, server, stored):
        with _limited(server, "--task", "mine") as caller:
            run = {"producer_agent": "a", "task_id": "mine", "attempt": 2}
            answer = caller.get("/v1/latest/content", **run).expect(200)
            assert answer.text == "mine 2"
            known = {"If-None-Match": answer.headers["ETag"]}
            caller.get("/v1/latest/content", known, **run).expect(304)
            theirs = {**run, "task_id": "theirs"}
            caller.get("/v1/latest/content", known, **theirs).expect(403, "forbidden")

    def test_has_to_say_where_it_reads(self, server, stored):
        with _limited(server, "--task", "mine") as caller:
            for path in ("/v1/outputs", "/v1/runs", "/v1/stream"):
                caller.get(path).expect(403, "forbidden")
                caller.get(path, task_id="theirs").expect(403, "forbidden")
                caller.get(path, task_id="").expect(403, "forbidden")
            records = (
                caller.get("/v1/outputs", task_id="mine", limit=1000).expect(200).json["records"]
            )
            assert stored["mine", 1] in [record["id"] for record in records]
            assert {record["task_id"] for record in records} == {"mine"}
            runs = caller.get("/v1/runs", task_id="mine").expect(200).json["runs"]
            assert {run["task_id"] for run in runs} == {"mine"}

    @pytest.mark.parametrize(
        "path",
        [
            "/v1/tasks",
            "/v1/agents",
            "/v1/stats",
            "/metrics",
            "/v1/data/a",
            "/v1/latest?producer_agent=a",
            "/v1/latest/content?producer_agent=a",
        ],
    )
    def test_sees_nothing_of_all_runs(self, server, stored, path):
        with _limited(server, "--task", "mine") as caller:
            caller.get(path).expect(403, "forbidden")

    def test_reads_the_latest_of_its_runs(self, server, stored):
        with _limited(server, "--task", "mine") as caller:
            run = {"producer_agent": "a", "attempt": 2}
            assert caller.get("/v1/latest", task_id="mine", **run).json["id"] == stored["mine", 2]
            caller.get("/v1/latest", task_id="theirs", **run).expect(403, "forbidden")

    def test_streams_its_own(self, server):
        token = server.mint("read", "--task", "mine")
        with server.client() as caller, EventStream(server, token, task_id="mine") as stream:
            caller.emit(output(task="theirs"))
            out_id = caller.emit(output(task="mine")).out_id
            assert stream.record()["id"] == out_id

    def test_may_be_of_the_empty_name(self, server, stored):
        with _limited(server, "--task", "") as caller:
            caller.get(f"/v1/outputs/{stored['', 1]}").expect(200)
            caller.get(f"/v1/outputs/{stored['mine', 1]}").expect(404)
            caller.get("/v1/outputs").expect(403)
            caller.get("/v1/outputs", task_id="").expect(200)


class TestATokenOfARun:
    def test_emits_in_it_only(self, server):
        with _limited(server, "--task", "mine", "--attempt", "2") as caller:
            caller.emit(output(task="mine", attempt=2)).expect(200)
            caller.emit(output(task="mine", attempt=1)).expect(403, "forbidden")
            caller.emit(output(task="theirs", attempt=2)).expect(403, "forbidden")

    def test_reads_it_only(self, server, stored):
        with _limited(server, "--task", "mine", "--attempt", "2") as caller:
            caller.get(f"/v1/outputs/{stored['mine', 2]}").expect(200)
            caller.get(f"/v1/outputs/{stored['mine', 1]}").expect(404, "not_found")
            caller.get("/v1/outputs", task_id="mine").expect(403, "forbidden")
            caller.get("/v1/outputs", task_id="mine", attempt=1).expect(403, "forbidden")
            caller.get("/v1/outputs", task_id="mine", attempt=2).expect(200)
            caller.get("/v1/stream", task_id="mine").expect(403, "forbidden")

    def test_a_name_gives_the_newest_of_the_run(self, server, stored):
        with server.client() as all_runs, _limited(
            server, "--task", "named", "--attempt", "1"
        ) as caller:
            mine = all_runs.emit(output("n", task="named", attempt=1)).out_id
            other = all_runs.emit(output("n", task="named", attempt=2)).out_id
            assert all_runs.get("/v1/data/n").json["id"] == other
            assert caller.get("/v1/data/n").expect(200).json["id"] == mine
            caller.get(f"/v1/data/{other}").expect(404, "not_found")


class TestATokenOfAnAgent:
    def test_emits_as_it_only(self, server):
        with _limited(server, "--agent", "a") as caller:
            caller.emit(output("a", task="anywhere")).expect(200)
            caller.emit(output("b")).expect(403, "forbidden")
            caller.post("/v1/data/a", output("b")).expect(200)
            caller.post("/v1/data/b", output("a")).expect(403, "forbidden")
            caller.emit(output("A")).expect(403, "forbidden")

    @pytest.mark.parametrize(
        ("method", "path"),
        [
            ("POST", "/v1/records"),
            ("POST", "/v1/blobs"),
            ("POST", "/v1/blobs/collect"),
            ("GET", "/v1/backup"),
            ("POST", "/v1/prune"),
            ("POST", "/v1/verify"),
        ],
    )
    @pytest.mark.parametrize("limit", [("--task", "mine"), ("--agent", "a")])
    def test_administers_nothing(self, server, method, path, limit):
        with server.client(server.mint("admin", *limit)) as caller:
            refused = caller.request(method, path).expect(403, "forbidden")
            assert "limited" in refused.json["detail"]

    def test_reads_everything(self, server, stored):
        with _limited(server, "--agent", "b") as caller:
            caller.get(f"/v1/outputs/{stored['theirs', 1]}").expect(200)
            for path in ("/v1/outputs", "/v1/stats", "/v1/tasks", "/v1/data/a"):
                caller.get(path).expect(200)
