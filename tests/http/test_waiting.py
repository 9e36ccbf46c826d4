"""GET /v1/outputs?wait=: pages that wait until there is something to give."""

import time

import pytest

from client import target
from foreign import fill, insert
from load import in_flight
from messages import message
from outputs import final, output, partial, progress
from server import eventually


def _last_seq(caller):
    return caller.get("/v1/stats").expect(200).json["last_seq"]


def _ask(server, wire, **parameters):
    """Sends the request alone; its answer can be read later."""
    where = target("/v1/outputs", **parameters)
    wire.send(message(server, f"GET {where}"))
    return lambda: wire.answer("GET", where).expect(200).json


def _waiting(server, caller, wire, **parameters):
    answer = _ask(server, wire, **parameters)
    eventually(lambda: in_flight(caller) == 1, "the request waits")
    return answer


@pytest.mark.parametrize("wait", ["61", "-1", "1.5", "x", ""])
def test_a_wait_that_is_none_is_named(client, wait):
    problem = client.get("/v1/outputs", wait=wait).expect(400, "bad_request")
    assert "wait" in problem.json["detail"]


@pytest.mark.parametrize("wait", [0, 1, 60])
def test_what_is_there_is_given_at_once(client, wait):
    out_id = client.emit(output("early", task=f"there {wait}")).out_id
    page = client.get("/v1/outputs", task_id=f"there {wait}", wait=wait).expect(200).json
    assert [record["id"] for record in page["records"]] == [out_id]
    assert page["next_after_seq"] == page["records"][0]["seq"]
    assert page["next_cursor"] is not None


@pytest.mark.parametrize("wait", [0, 1])
def test_without_news_it_says_where_it_stands(client, wait):
    client.emit(output())
    last_seq = _last_seq(client)
    began = time.monotonic()
    page = client.get("/v1/outputs", after_seq=last_seq, wait=wait).expect(200).json
    assert time.monotonic() - began >= wait
    assert (page["records"], page["damaged"]) == ([], [])
    assert page["next_after_seq"] == last_seq and page["next_cursor"] is not None


def test_what_comes_meanwhile_is_given(server, client):
    after_seq = _last_seq(client)
    with server.wire() as wire:
        answer = _waiting(server, client, wire, after_seq=after_seq, wait=60)
        out_id = client.emit(output("awaited")).out_id
        assert [record["id"] for record in answer()["records"]] == [out_id]


def test_what_another_program_writes_is_given(server, client):
    client.emit(output())
    after_seq = _last_seq(client)
    with server.wire() as wire:
        answer = _waiting(server, client, wire, after_seq=after_seq, wait=60)
        insert(server.database, ("out-0a0a0a0a0a", '{"type":"progress","stage":"s"}', 10**6))
        assert [record["id"] for record in answer()["records"]] == ["out-0a0a0a0a0a"]


def test_what_the_filter_leaves_out_wakes_nobody(server, client):
    after_seq = _last_seq(client)
    with server.wire() as wire:
        answer = _waiting(server, client, wire, after_seq=after_seq, type="final", wait=60)
        for event in (progress(), partial("x")):
            client.emit(output("filtered", event)).expect(200)
        assert in_flight(client) == 1
        out_id = client.emit(output("filtered", final())).out_id
        assert [record["id"] for record in answer()["records"]] == [out_id]


def test_a_wait_goes_on_from_its_own_cursor(client):
    first = client.emit(output("walker", task="cursor")).out_id
    page = client.get("/v1/outputs", task_id="cursor", wait=1).json
    assert [record["id"] for record in page["records"]] == [first]
    second = client.emit(output("walker", task="cursor")).out_id
    cursor = page["next_cursor"]
    page = client.get("/v1/outputs", task_id="cursor", wait=60, cursor=cursor).expect(200).json
    assert [record["id"] for record in page["records"]] == [second]


class TestManyThatAreLeftOut:
    """A filter passes by 30,000 records before it finds one, or none."""

    COUNT = 30_000

    @pytest.fixture(scope="class")
    def last(self, server):
        """The ref of the one final after them."""
        fill(server.database, self.COUNT)
        with server.client() as caller:
            return caller.emit(output("finisher", final(), "many")).out_id

    def test_the_one_behind_them_is_found(self, client, last):
        page = client.get("/v1/outputs", type="final", task_id="many", wait=60).expect(200).json
        assert [record["id"] for record in page["records"]] == [last]

    def test_a_wait_in_vain_has_passed_them(self, client, last):
        page = client.get("/v1/outputs", type="artifact", wait=1).expect(200).json
        assert page["records"] == []
        assert page["next_after_seq"] == _last_seq(client)
        cursor = page["next_cursor"]
        out_id = client.emit(output("late", {**final(), "type": "artifact", "name": "n"})).out_id
        page = client.get("/v1/outputs", type="artifact", cursor=cursor, wait=60).json
        assert [record["id"] for record in page["records"]] == [out_id]


def test_a_limited_token_waits_for_its_own_only(server, client):
    after_seq = _last_seq(client)
    with server.client(server.mint("read", "--task", "own")) as limited:
        limited.get("/v1/outputs", after_seq=after_seq, wait=60).expect(403, "forbidden")
        limited.get("/v1/outputs", task_id="other", wait=60).expect(403, "forbidden")
        client.emit(output(task="other")).expect(200)
        where = {"task_id": "own", "after_seq": after_seq}
        assert limited.get("/v1/outputs", **where, wait=1).expect(200).json["records"] == []
        out_id = client.emit(output(task="own")).out_id
        page = limited.get("/v1/outputs", **where, wait=60).expect(200).json
        assert [record["id"] for record in page["records"]] == [out_id]


def test_a_stop_ends_a_wait_with_an_answer(start):
    server = start("--stop-timeout", "60")
    with server.client() as caller, server.wire() as wire:
        caller.emit(output()).expect(200)
        answer = _waiting(server, caller, wire, after_seq=1, wait=60)
        began = time.monotonic()
        server.terminate()
        page = answer()
        assert (page["records"], page["next_after_seq"]) == ([], 1)
        assert server.wait() == 0
        assert time.monotonic() - began < 30
