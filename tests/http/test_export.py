"""GET /v1/export: records in the formats of other tools."""

import json

import pytest

from outputs import artifact, final, output
from server import skep


@pytest.fixture(scope="module")
def stored(server):
    """The refs of a run, and of one that derives from it."""
    with server.client() as caller:
        mine = caller.emit(output("writer", artifact("draft", "text"), "mine")).out_id
        caller.emit(output("editor", final("better"), "mine", parent_refs=[mine])).expect(200)
        return mine, caller.emit(output("thief", final("copy"), "theirs", parent_refs=[mine])).out_id


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


def test_exports_count_as_streams(start):
    server = start("--max-streams", "1", "--max-streams-per-client", "1")
    with server.client() as caller, server.client() as second:
        _, stream = caller.open("GET", "/v1/stream")
        stream.readline()
        problem = second.get("/v1/export")
        assert problem.status in (429, 503), problem
        stream.close()
        caller.close()
