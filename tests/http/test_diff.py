"""GET /v1/diff: two runs beside each other."""

import time

import pytest

from client import target
from foreign import fill, insert
from load import in_flight, told_to_wait
from messages import message
from outputs import artifact, final, output, progress
from server import Server, eventually


@pytest.fixture(scope="module", autouse=True)
def stored(server):
    with server.client() as caller:
        for attempt, word in [(1, "x"), (2, "y")]:
            caller.emit(output("writer", progress(), "bees/é", attempt)).expect(200)
            caller.emit(output("writer", final(f"a\n{word}\nb"), "bees/é", attempt)).expect(200)
        caller.emit(output("editor", artifact("n", {"k": 1}), "bees/é", 2)).expect(200)


def sides(left=("bees/é", 1), right=("bees/é", 2)):
    return {
        "left_task_id": left[0],
        "left_attempt": left[1],
        "right_task_id": right[0],
        "right_attempt": right[1],
    }


def test_it_says_where_runs_part_and_how(client):
    diff = client.get("/v1/diff", **sides()).expect(200).json
    assert not diff["equal"] and not diff["truncated"]
    assert (diff["left"]["output_count"], diff["right"]["output_count"]) == (2, 3)
    assert (diff["divergence"]["index"], diff["divergence"]["what"]) == (1, "body")
    writer, editor = diff["producers"]
    assert (writer["equal_count"], writer["different_count"]) == (1, 1)
    (hunk,) = writer["changes"][0]["diff"]["hunks"]
    assert hunk["lines"] == [" a", "-x", "+y", " b"]
    assert editor["only_right_count"] == 1 and editor["changes"][0]["diff"] is None


def test_a_run_equals_itself(client):
    diff = client.get("/v1/diff", **sides(right=("bees/é", 1))).expect(200).json
    assert diff["equal"] and diff["divergence"] is None


def test_context_and_lines(client):
    diff = client.get("/v1/diff", **sides(), context=0).expect(200).json
    assert diff["producers"][0]["changes"][0]["diff"]["hunks"][0]["lines"] == ["-x", "+y"]
    diff = client.get("/v1/diff", **sides(), lines="false").expect(200).json
    assert diff["producers"][0]["changes"][0]["diff"]["hunks"] == []


def test_as_text_it_is_a_unified_diff(client):
    answer = client.get("/v1/diff", **sides(), format="text").expect(200)
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    lines = answer.text.split("\n")
    assert lines[0].startswith("--- bees/é/1 writer final out-")
    assert lines[2:7] == ["@@ -1,3 +1,3 @@", " a", "-x", "+y", " b"]
    assert lines[7].startswith("Only in bees/é/2: editor artifact out-")


def test_what_is_wrong_is_named(client):
    client.get("/v1/diff", **sides(right=("bees/é", 3))).expect(404, "not_found")
    for name in sides():
        given = {key: value for key, value in sides().items() if key != name}
        problem = client.get("/v1/diff", **given).expect(400, "bad_request")
        assert name in problem.json["detail"]
    for wrong in ({"format": "html"}, {"context": 1001}, {"left_attempt": "x"}, {"lines": "no"}):
        client.get("/v1/diff", **{**sides(), **wrong}).expect(400, "bad_request")


def test_a_limited_token_compares_its_own_runs_only(server):
    own, other = ("bees/é", 1), ("bees/é", 2)
    with server.client(server.mint("read", "--task", "bees/é")) as caller:
        caller.get("/v1/diff", **sides()).expect(200)
        caller.get("/v1/diff", **sides(right=("wasps", 1))).expect(403, "forbidden")
    with server.client(server.mint("read", "--task", "bees/é", "--attempt", "1")) as caller:
        caller.get("/v1/diff", **sides(own, own)).expect(200)
        caller.get("/v1/diff", **sides(own, other)).expect(403, "forbidden")
        caller.get("/v1/diff", **sides(other, own)).expect(403, "forbidden")
    with server.client(server.mint("emit")) as caller:
        caller.get("/v1/diff", **sides()).expect(403, "forbidden")


SLOW = sides(("slow", 1), ("slow", 2))


def _emit_slow(caller):
    """Two runs of which each pair of bodies takes some milliseconds."""
    for attempt in (1, 2):
        lines = [f"{attempt * 10_000 + i}\nboth\n{i}" for i in range(2_000)]
        for i in range(100):
            body = "\n".join([*lines, str(i)])
            caller.emit(output("writer", final(body), "slow", attempt)).expect(200)


def _comparing(server, caller, wire):
    wire.send(message(server, f"GET {target('/v1/diff', **SLOW)}"))
    eventually(lambda: in_flight(caller) == 1, "a comparison is under way")


def test_while_one_is_under_way(start):
    server = start("--max-comparisons-per-client", "1")
    with server.client() as caller, server.wire() as wire:
        _emit_slow(caller)
        began = time.monotonic()
        caller.get("/v1/diff", **SLOW).expect(200)
        whole_s = time.monotonic() - began

        _comparing(server, caller, wire)
        began = time.monotonic()
        told_to_wait(caller.get("/v1/diff", **SLOW), 429, "too_many_requests")
        assert in_flight(caller) == 1  # The lane that it is on serves others.
        wire.socket.close()  # Nobody waits for it any longer.
        eventually(lambda: in_flight(caller) == 0, "the comparison is given up")
        assert time.monotonic() - began < 0.7 * whole_s
        caller.get("/v1/diff", **SLOW).expect(200)


def test_while_all_that_there_may_be_are_under_way(start):
    server = start("--max-comparisons", "1")
    with server.client() as caller, server.wire() as wire:
        _emit_slow(caller)
        with server.client(server.mint("read")) as other:
            _comparing(server, caller, wire)
            for refused in (caller, other):
                told_to_wait(refused.get("/v1/diff", **SLOW), 503, "overloaded")
            wire.socket.close()
            eventually(lambda: in_flight(caller) == 0, "the comparison is given up")
            other.get("/v1/diff", **SLOW).expect(200)


class TestLimits:
    """Of what can be compared at all: too many outputs, or too long refs."""

    @pytest.fixture(scope="class")
    def over(self, tmp_path_factory):
        server = Server(tmp_path_factory.mktemp("store"))
        fill(server.database, 100_001, "many outputs")
        event = '{"type":"progress","stage":"s"}'
        ids = (f"{i:_>65536}" for i in range(520))
        insert(server.database, *((id_, event, 200_000 + i) for i, id_ in enumerate(ids)))
        with server.client() as caller:
            caller.emit(output(task="small")).expect(200)
        yield server
        server.stop()

    @pytest.mark.parametrize("task", ["many outputs", "bees"])
    def test_a_run_that_is_too_large(self, over, task):
        large, small = (task, 1), ("small", 1)
        with over.client() as caller:
            for left, right in [(large, small), (small, large)]:
                problem = caller.get("/v1/diff", **sides(left, right)).expect(413, "too_large")
                assert task in problem.json["detail"]
            caller.get("/v1/diff", **sides(small, small)).expect(200)
