"""Many clients at once, of a server with several threads."""

import http.client
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from events import EventStream
from outputs import final, output
from server import eventually
from test_mcp import emit as emit_by_tool

EMITTING = 12
READING = 6
CALLING = 6
FOLLOWING = 6
EMITS = 12


def _emitted(server, number):
    """The refs of some emits, of which every other is sent twice with its key."""
    refs = []
    with server.client() as caller:
        for i in range(EMITS):
            key = {"Idempotency-Key": f"{number}-{i}"} if i % 2 else {}
            refs.append(caller.emit(output(f"agent-{number}", final(i)), key).out_id)
            if key:
                again = caller.emit(output(f"agent-{number}", final(i)), key)
                assert again.out_id == refs[-1]
    return refs


def _called(server, number):
    with server.client() as caller:
        return [emit_by_tool(caller, "by tool", f"tool-{number}") for _ in range(EMITS // 2)]


def _read(server, stop):
    """Reads whatever there is, until it is told to stop; everything that was there stays."""
    seen = []
    with server.client() as caller:
        while not stop.is_set():
            ids = [
                record["id"]
                for page in caller.pages("/v1/outputs", bodies="false")
                for record in page["records"]
            ]
            assert ids[: len(seen)] == seen
            seen = ids
            for path in ("/v1/agents", "/v1/stats", "/metrics"):
                caller.get(path).expect(200)
            if seen:
                caller.get(f"/v1/outputs/{seen[-1]}/content").expect(200)


def _followed(server, count):
    with EventStream(server, after_seq=0) as stream:
        return [(record["seq"], record["id"]) for record in stream.records(count)]


@pytest.fixture
def threaded(start):
    server = start("--threads", "4")
    assert server.contract  # or each thread would ask for it
    return server


def test_everything_that_is_emitted_arrives_once_in_order(threaded):
    count = EMITTING * EMITS + CALLING * (EMITS // 2)
    stop = threading.Event()
    with ThreadPoolExecutor(EMITTING + READING + CALLING + FOLLOWING) as threads:
        following = [threads.submit(_followed, threaded, count) for _ in range(FOLLOWING)]
        reading = [threads.submit(_read, threaded, stop) for _ in range(READING)]
        writing = [threads.submit(_emitted, threaded, i) for i in range(EMITTING)]
        writing += [threads.submit(_called, threaded, i) for i in range(CALLING)]
        try:
            refs = [ref for written in writing for ref in written.result()]
        finally:
            stop.set()
        for read in reading:
            read.result()
        streams = [followed.result() for followed in following]
    assert len(set(refs)) == count
    for seen in streams:
        assert seen == sorted(seen)
        assert sorted(id_ for _, id_ in seen) == sorted(refs)


def test_a_stop_in_the_middle_loses_nothing_that_was_answered(threaded, start):
    refs = []

    def emit(number):
        with threaded.client() as caller:
            try:
                while True:
                    answer = caller.emit(output(f"agent-{number}"))
                    if answer.status != 200:
                        return answer.expect(503)
                    refs.append(answer.out_id)
            except (OSError, http.client.HTTPException):
                return None

    def follow():
        with EventStream(threaded, after_seq=0) as stream:
            seqs = []
            while (event := stream.event()) is not None:
                seqs.append(event[1]["seq"])
            return seqs

    with ThreadPoolExecutor(16) as threads:
        following = [threads.submit(follow) for _ in range(4)]
        emitting = [threads.submit(emit, i) for i in range(12)]
        eventually(lambda: len(refs) > 100, "some emits")
        threaded.stop()
        for emitted in emitting:
            emitted.result()
        for followed in following:
            seqs = followed.result()
            assert seqs == sorted(set(seqs))
    with start(directory=threaded.directory).client() as caller:
        stored = {
            record["id"]
            for page in caller.pages("/v1/outputs", limit=1000)
            for record in page["records"]
        }
    assert stored >= set(refs) and len(set(refs)) == len(refs)
