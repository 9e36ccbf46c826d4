"""GET /v1/export: records in the formats of other tools."""

import json
import sqlite3

import pytest

from events import EventStream
from load import told_to_wait
from outputs import artifact, final, output
from server import eventually, skep


@pytest.fixture(scope="module")
def stored(server):
    """The refs of a run, and of one that derives from it."""
    with server.client() as caller:
        mine = caller.emit(output("writer", artifact("draft", "text"), "mine")).out_id
        caller.emit(output("editor", final("better"), "mine", parent_refs=[mine])).expect(200)
        copy = output("thief", final("copy"), "theirs", parent_refs=[mine])
        return mine, caller.emit(copy).out_id


def lines_of(answer):
    assert answer.expect(200).headers["Content-Type"] == "application/x-ndjson"
    assert answer.text.endswith("\n")
    return [json.loads(line) for line in answer.text.splitlines()]


def spans_of(answer):
    return [
        span
        for line in lines_of(answer)
        for span in line["resourceSpans"][0]["scopeSpans"][0]["spans"]
    ]


@pytest.mark.parametrize("how", ["ndjson", "openlineage", "otlp"])
def test_it_is_what_the_command_writes(server, client, stored, how):
    command = skep("export", "--db", server.database, "--format", how)
    assert command.returncode == 0, command.stderr
    assert client.get("/v1/export", format=how).expect(200).text == command.stdout


def test_without_a_format_it_is_ndjson(client, stored):
    records = lines_of(client.get("/v1/export"))
    assert [record["task_id"] for record in records] == ["mine", "mine", "theirs"]


def test_one_run(client, stored):
    assert len(lines_of(client.get("/v1/export", task_id="mine", attempt=1))) == 2
    spans = spans_of(client.get("/v1/export", task_id="mine", attempt=1, format="otlp"))
    assert [span["name"] for span in spans] == [
        "invoke_agent writer",
        "invoke_agent editor",
        "invoke_workflow mine",
    ]
    assert "gen_ai.output.messages" not in json.dumps(spans)
    spans = spans_of(client.get("/v1/export", task_id="mine", format="otlp", bodies="true"))
    assert "better" in json.dumps(spans)


def test_what_is_wrong_is_named(client, stored):
    client.get("/v1/export", task_id="nobody").expect(404, "not_found")
    client.get("/v1/export", task_id="mine", attempt=2, format="otlp").expect(404, "not_found")
    for wrong in ({"format": "csv"}, {"attempt": 1}, {"bodies": "1"}, {"type": "final"}):
        client.get("/v1/export", **wrong).expect(400, "bad_request")
    client.head("/v1/export").expect(405)


def test_a_limited_token_exports_its_own_only(server, client, stored):
    linked = spans_of(client.get("/v1/export", task_id="theirs", format="otlp"))
    assert linked[0]["links"][0]["traceId"] != linked[0]["traceId"]
    with server.client(server.mint("read", "--task", "theirs")) as caller:
        caller.get("/v1/export").expect(403, "forbidden")
        caller.get("/v1/export", task_id="mine").expect(403, "forbidden")
        records = lines_of(caller.get("/v1/export", task_id="theirs"))
        assert [record["producer_agent"] for record in records] == ["thief"]
        # Not even whether the parent is there.
        spans = spans_of(caller.get("/v1/export", task_id="theirs", format="otlp"))
        assert "links" not in spans[0]
    with server.client(server.mint("read", "--task", "mine", "--attempt", "1")) as caller:
        caller.get("/v1/export", task_id="mine").expect(403, "forbidden")
        assert len(lines_of(caller.get("/v1/export", task_id="mine", attempt=1))) == 2


def test_damaged_rows_do_not_pile_up(start):
    """No format has a place for them: 80 MiB of their ids are dropped page by page."""
    server = start(environment={"ASAN_OPTIONS": "quarantine_size_mb=4:malloc_context_size=2"})
    with server.client() as caller:
        caller.emit(output("first", task="small")).expect(200)
        with sqlite3.connect(server.database) as database:
            database.executemany(
                "INSERT INTO outputs (id, task_id, attempt, producer_agent, event_json,"
                " parent_refs_json, seq) VALUES (?, 'bad', 1, 'vandal', '{', '[]', ?)",
                ((f"{i:_>2048}", 100 + i) for i in range(40_000)),
            )
        database.close()
        caller.emit(output("last", task="small")).expect(200)
        lines_of(caller.get("/v1/export", task_id="small"))
        before = server.resident_bytes(at_most=True)
        for how in ("ndjson", "openlineage", "otlp"):
            answer = caller.get("/v1/export", format=how).expect(200)
            assert "vandal" not in answer.text
            assert '"first"' in answer.text and '"last"' in answer.text
        more = server.resident_bytes(at_most=True) - before
        assert more < 40 * 2**20, f"{more >> 20} MiB more"


def test_exports_count_as_streams(start):
    server = start("--max-streams", "2", "--max-streams-per-client", "1")
    other = server.mint("read")
    with EventStream(server), server.client() as caller:
        told_to_wait(caller.get("/v1/export"), 429, "too_many_requests")
        with EventStream(server, other), server.client(server.mint("read")) as third:
            told_to_wait(third.get("/v1/export"), 503, "overloaded")
        with server.client(other) as second:
            eventually(lambda: second.get("/v1/export").status == 200, "room for an export")


def test_an_export_gives_its_place_back(start):
    server = start("--max-streams", "1")
    with server.client() as caller:
        caller.emit(output()).expect(200)
        for _ in range(3):
            eventually(lambda: caller.get("/v1/export").status == 200, "room for an export")
