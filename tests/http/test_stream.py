"""Records as they are committed."""

import json
import random
import re
import socket
import sqlite3
import threading

import pytest

from events import EventStream
from outputs import artifact, final, output, partial, progress
from server import eventually, skep


def _ids(records):
    return [record["id"] for record in records]


def test_what_is_emitted_comes_in_order(server, client):
    client.emit(output("earlier"))
    with EventStream(server) as stream:
        assert stream.answer.headers["Content-Type"].startswith("text/event-stream")
        assert "no-" in stream.answer.headers["Cache-Control"]
        sent = [client.emit(output(f"agent-{i}", final(i))).out_id for i in range(20)]
        records = stream.records(20)
        assert _ids(records) == sent
        assert records[3] == client.get(f"/v1/outputs/{sent[3]}").json


def test_a_value_that_spans_lines_comes_whole(server, client):
    with EventStream(server) as stream:
        for value in ['{"a":\n1,\r\n"b":\r2}', '"\u2028"', '"\\n"']:
            body = json.dumps(output(event=final("V"))).replace('"V"', value)
            out_id = client.emit(body).out_id
            record = stream.record()
            assert record["id"] == out_id
            assert record["event"]["content"]["value"] == json.loads(value)
            assert record.get("value_text") == (value if "\n" in value or "\r" in value else None)


def test_filters(server, client):
    tried = [
        {"task_id": "t1"},
        {"task_id": "t1", "attempt": 2},
        {"producer_agent": "a+b"},
        {"type": "artifact"},
        {"task_id": "t2", "producer_agent": "x", "type": "progress"},
    ]
    events = [final(), artifact("a", 1), partial(2), progress("s")]
    streams = [EventStream(server, **filters) for filters in tried]
    sent = []
    for i in range(48):
        body = output(
            ["a+b", "x", "y"][i % 3], events[i % 4], ["t1", "t2"][i // 2 % 2], 1 + i // 4 % 2
        )
        sent.append((client.emit(body).out_id, {**body, "type": body["event"]["type"]}))
    for stream, filters in zip(streams, tried):
        expected = [out_id for out_id, body in sent if filters.items() <= body.items()]
        assert expected and _ids(stream.records(len(expected))) == expected
        stream.close()


def test_after_seq(server, client):
    sent = [client.emit(output("past", final(i))).out_id for i in range(5)]
    first = client.get(f"/v1/outputs/{sent[0]}").json["seq"]
    with EventStream(server, after_seq=first) as stream:
        assert _ids(stream.records(4)) == sent[1:]
        present = client.emit(output("present")).out_id
        assert stream.record()["id"] == present
    with EventStream(server, after_seq=0, producer_agent="past") as stream:
        assert _ids(stream.records(5)) == sent


def test_more_than_a_page_of_the_past(start):
    server = start()
    with server.client() as caller:
        lines = "\n".join(json.dumps(output(event=final(i))) for i in range(2500))
        caller.post(
            "/v1/outputs", lines, content_type="application/x-ndjson", atomic="true"
        ).expect(200)
        with EventStream(server, after_seq=0) as stream:
            values = [r["event"]["content"]["value"] for r in stream.records(2500)]
            assert values == list(range(2500))
            caller.emit(output("after"))
            assert stream.record()["producer_agent"] == "after"


def test_the_last_event_id_wins_over_after_seq(server, client):
    sent = [client.emit(output("resumed")).out_id for _ in range(3)]
    second = client.get(f"/v1/outputs/{sent[1]}").json["seq"]
    with EventStream(server, headers={"Last-Event-ID": str(second)}, after_seq=0) as stream:
        assert stream.record()["id"] == sent[2]


@pytest.mark.parametrize("value", ["x", "-1", "1.5", "9" * 30])
def test_a_last_event_id_that_is_none(client, value):
    client.get("/v1/stream", {"Last-Event-ID": value}).expect(400, "bad_request")


@pytest.mark.parametrize(
    "query, named",
    [
        ("limit=1", "limit"),
        ("attempt=1", "attempt"),
        ("type=x", "type"),
        ("after_seq=x", "after_seq"),
        ("bodies=x", "bodies"),
    ],
)
def test_a_bad_parameter_is_named(client, query, named):
    assert named in client.get(f"/v1/stream?{query}").expect(400, "bad_request").json["detail"]


def test_without_bodies(server, client):
    with EventStream(server, bodies="false") as stream:
        client.emit(output(event=artifact("map", "x" * 1000)))
        client.emit(output(event=progress("s")))
        assert stream.record()["event"]["content"] == {"kind": "inline", "value_bytes": 1002}
        assert stream.record()["event"] == progress("s")


def test_whoever_resumes_misses_nothing_and_sees_nothing_twice(start):
    server = start()
    sent, seen = [], []

    def write():
        with server.client() as caller:
            for i in range(400):
                sent.append(caller.emit(output(f"agent-{i % 5}", final(i))).out_id)

    writer = threading.Thread(target=write)
    writer.start()
    generator, last = random.Random(7), "0"
    while len(seen) < 400:
        headers = {"Last-Event-ID": last}
        with EventStream(server, headers=headers) as stream:
            for _ in range(min(generator.randint(1, 60), 400 - len(seen))):
                seen.append(stream.record()["id"])
            last = stream.last_id
    writer.join()
    assert seen == sent


def test_many_readers_all_see_all(server, client):
    streams = [EventStream(server) for _ in range(30)]
    sent = [client.emit(output(event=final(i))).out_id for i in range(30)]
    for stream in streams:
        assert _ids(stream.records(30)) == sent
        stream.close()


def test_what_other_processes_write_comes_too(server, client):
    with EventStream(server) as stream:
        for i in range(3):
            ran = skep(
                "emit",
                "--db",
                server.database,
                "--task",
                "bees",
                "--agent",
                "outsider",
                f"text {i}",
            )
            assert ran.returncode == 0, ran.stderr
            assert stream.record()["id"] == ran.stdout.strip()
            own = client.emit(output("insider")).out_id
            assert stream.record()["id"] == own


def test_a_damaged_row_is_an_event_of_its_own(start):
    server = start()
    with server.client() as caller, EventStream(server) as stream:
        first = caller.emit(output()).out_id
        with sqlite3.connect(server.database) as database:
            database.execute(
                "INSERT INTO outputs VALUES"
                " ('out-baddbaddba', 'bees', 1, 'vandal', '{', '[]', 2, NULL)"
            )
        database.close()
        last = caller.emit(output()).out_id
        assert stream.record()["id"] == first
        name, damaged = stream.event()
        assert (name, damaged["id"], damaged["seq"]) == ("damaged", "out-baddbaddba", 2)
        assert stream.record()["id"] == last


def test_comments_keep_an_idle_connection_alive(start):
    limits = ("idle", "write", "request", "header", "body")
    server = start("--stream-ping", "0.2", *(f"--{what}-timeout=1" for what in limits))
    with server.client() as caller, EventStream(server) as stream:
        for _ in range(12):  # For longer than any of the times above.
            line = stream.line()
            assert line is not None
            assert line == "" or line.startswith((":", "retry:", "id:")), line
        caller.emit(output("after the silence"))
        assert stream.record()["producer_agent"] == "after the silence"


def test_head_and_post_are_not_for_streams(client):
    client.head("/v1/stream").expect(405)
    client.post("/v1/stream", {}).expect(405)


def _stream_clients(caller):
    found = re.search(r"^skep_stream_clients\S* (\S+)$", caller.get("/metrics").text, re.MULTILINE)
    return float(found[1])


def test_a_stream_whose_client_left_ends(start):
    server = start("--stream-ping", "0.2")
    with server.client() as caller:
        streams = [EventStream(server) for _ in range(5)]
        eventually(lambda: _stream_clients(caller) == 5, "five streams")
        for stream in streams:
            stream.close()
        eventually(lambda: _stream_clients(caller) == 0, "no streams")


def test_a_slow_client_is_cut_and_holds_no_memory(start):
    """Sixteen clients that read nothing, 32 MiB of records: not sixteen copies of them."""
    server = start(
        "--write-timeout",
        "2",
        environment={"ASAN_OPTIONS": "quarantine_size_mb=4:malloc_context_size=2"},
    )
    body = json.dumps(output(event=final("x" * 2**20)))
    with server.client() as caller, EventStream(server) as reader:
        caller.emit(body)
        reader.record()
        slow = []
        for _ in range(16):
            connected = socket.socket()
            connected.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            connected.settimeout(60)
            connected.connect(("127.0.0.1", server.port))
            connected.sendall(
                f"GET /v1/stream HTTP/1.1\r\nHost: {server.address}\r\n"
                f"Authorization: Bearer {server.token}\r\n\r\n".encode()
            )
            assert connected.recv(12) == b"HTTP/1.1 200"
            slow.append(connected)
        eventually(lambda: _stream_clients(caller) == 17, "seventeen streams")
        before = most = server.resident_bytes()
        for _ in range(32):
            caller.emit(body).expect(200)
            reader.record()
            most = max(most, server.resident_bytes())
        assert most - before < 200 * 2**20, f"{(most - before) >> 20} MiB more"
        eventually(lambda: _stream_clients(caller) == 1, "the slow ones cut")
        caller.emit(output("the quick one goes on"))
        assert reader.record()["producer_agent"] == "the quick one goes on"
        for connected in slow:
            connected.close()


def test_streams_have_limits(start):
    server = start("--max-streams", "3", "--max-streams-per-client", "2")
    other = server.mint("read")
    first, second = EventStream(server), EventStream(server)
    refused = EventStream(server).answer.expect(429, "too_many_requests")
    assert int(refused.headers["Retry-After"]) >= 1
    third = EventStream(server, other)
    third.answer.expect(200)
    refused = EventStream(server, other).answer.expect(503, "overloaded")
    assert int(refused.headers["Retry-After"]) >= 1
    with server.client() as caller:
        caller.get("/v1/stats").expect(200)  # Streams take no room from requests.
        first.close()

        def opened():
            caller.emit(output())  # So that the server notices who left.
            stream = EventStream(server)
            return stream if stream.answer.status == 200 else stream.close()

        eventually(opened, "room for a stream").close()
    second.close()
    third.close()


def test_streams_end_when_the_server_stops(start):
    server = start()
    streams = [EventStream(server) for _ in range(3)]
    with server.client() as caller:
        last = caller.emit(output()).out_id
    server.terminate()
    for stream in streams:
        assert stream.record()["id"] == last
        assert stream.event() is None
    assert server.wait() == 0
