"""The routes that mlua-swarm's clients know."""

import json
import re

import pytest

from client import quoted
from messages import EMIT, message
from outputs import artifact, file_ref, final, inline, output, partial, progress


def test_an_emit_gives_a_ref_and_the_record_comes_back(client):
    answer = client.emit(output(parent_refs=["out-0000000001", "out-0000000001", "x"]))
    assert answer.headers["Content-Type"] == "application/json"
    assert re.fullmatch(r'\{"out_id":"out-[0-9a-f]{10}"\}', answer.text)

    record = client.get(f"/v1/data/{answer.out_id}").expect(200)
    assert record.headers["Content-Type"] == "application/json"
    assert re.fullmatch(
        r'\{"id":"%s","task_id":"bees","attempt":1,"producer_agent":"writer",'
        r'"event":\{"type":"final","content":\{"kind":"inline","value":"Bees dance."\},"ok":true\},'
        r'"parent_refs":\["out-0000000001","out-0000000001","x"\],'
        r'"seq":\d+,"created_at":"[^"]{24}"\}' % answer.out_id,
        record.text,
    )


@pytest.mark.parametrize(
    "event",
    [
        progress(),
        progress(note="2/5"),
        partial("Bees"),
        partial([1, None]),
        artifact("map", {"a": 1}),
        final(ok=False),
        final(None),
        {"type": "final", "content": file_ref(), "ok": True},
        {"type": "partial", "chunk": file_ref("/x", "image/svg+xml", 2**64 - 1)},
    ],
    ids=lambda event: event["type"],
)
def test_every_event_comes_back_as_it_was_emitted(client, event):
    out_id = client.emit(output(event=event)).out_id
    assert client.get(f"/v1/data/{out_id}").expect(200).json["event"] == event


def test_what_may_be_absent_may_be_absent(client):
    event = {"type": "final", "content": {"kind": "file_ref", "path": "/x"}, "ok": True}
    record = client.get(f"/v1/data/{client.emit(output(event=event)).out_id}").json
    assert record["event"]["content"] == file_ref("/x")
    assert record["parent_refs"] == []
    record = client.get(f"/v1/data/{client.emit(output(parent_refs=[])).out_id}").json
    assert record["parent_refs"] == []


def test_unknown_members_are_ignored(client):
    event = {"more": 1, **final(), "note": {"deep": []}}
    event["content"]["unknown"] = None
    out_id = client.emit(output(event=event, seq=7, id="out-1111111111", colour="red")).out_id
    record = client.get(f"/v1/data/{out_id}").json
    assert record["event"] == final()
    assert record["id"] != "out-1111111111"


@pytest.mark.parametrize(
    "broken, named",
    [
        ({"parent_refs": None}, "parent"),
        ({"parent_refs": "out-1111111111"}, "parent"),
        ({"parent_refs": [1]}, "parent"),
        ({"attempt": -1}, "attempt"),
        ({"attempt": 2**32}, "attempt"),
        ({"attempt": "1"}, "attempt"),
        ({"attempt": 1.0}, "attempt"),
        ({"task_id": None}, "task_id"),
        ({"producer_agent": 7}, "producer_agent"),
        ({"event": {"type": "Final"}}, "Final"),
        ({"event": {"type": "final", "ok": True}}, "content"),
        ({"event": {"type": "final", "content": {"kind": "inline"}, "ok": True}}, "value"),
        ({"event": {"type": "final", "content": inline(1)}}, "ok"),
        ({"event": []}, "event"),
    ],
)
def test_a_body_of_the_wrong_shape_is_refused_and_the_member_named(client, broken, named):
    before = client.get("/v1/stats").json["output_count"]
    problem = client.emit({**output(), **broken}).expect(422, "invalid_argument").json
    assert named in problem["detail"] and problem["outcome"] == "not_applied"
    assert client.get("/v1/stats").json["output_count"] == before


@pytest.mark.parametrize("missing", ["task_id", "attempt", "producer_agent", "event"])
def test_a_member_that_is_missing_is_named(client, missing):
    body = output()
    del body[missing]
    assert missing in client.emit(body).expect(422, "invalid_argument").json["detail"]


def test_a_known_member_may_not_be_repeated(client):
    body = json.dumps(output())[:-1] + ', "attempt": 2}'
    assert "attempt" in client.emit(body).expect(422, "invalid_argument").json["detail"]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"null,",
        b'{"task_id":"a"',
        b"\xff",
        b'{"task_id":"\xc3("}',
        b'{"a":01}',
        b"{}{}",
        b'{"task_id":"\\ud800"}',
        b"\xef\xbb\xbf{}",
    ],
)
def test_a_body_that_is_not_json_is_refused(client, body):
    client.post("/v1/data/emit", body).expect(400, "malformed_json")


@pytest.mark.parametrize(
    "name",
    [
        "writer",
        "a b",
        "a+b",
        "naïve bee",
        "蜂",
        "a/b",
        "100%",
        "?#&=",
        "🐝",
        "..",
        "out-zzz",
        "a%2Fb",
    ],
)
def test_an_agent_is_named_by_the_path(client, name):
    body = output(agent="somebody else", event=final(name))
    out_id = client.post(f"/v1/data/{quoted(name)}", body).out_id
    record = client.get(f"/v1/data/{quoted(name)}").expect(200).json
    assert (record["id"], record["producer_agent"]) == (out_id, name)

    without_agent = output()
    del without_agent["producer_agent"]
    assert client.post(f"/v1/data/{quoted(name)}", without_agent).expect(200)


def test_a_producer_agent_of_any_kind_is_ignored_where_the_path_names_one(client):
    body = output()
    body["producer_agent"] = {"not": "a text"}
    out_id = client.post("/v1/data/named", body).out_id
    assert client.get("/v1/data/named").json["id"] == out_id


def test_a_plus_sign_stays_one(client):
    plus = client.post("/v1/data/c+d", output()).out_id
    assert client.get("/v1/data/c%2Bd").json["id"] == plus
    assert client.get(f"/v1/data/{plus}").json["producer_agent"] == "c+d"
    client.get("/v1/data/c%20d").expect(404, "not_found")


def test_emit_is_reserved(client):
    answer = client.get("/v1/data/emit").expect(405, "method_not_allowed")
    assert {"POST"} <= set(answer.headers["Allow"].replace(" ", "").split(","))
    assert "GET" not in answer.headers["Allow"]
    client.head("/v1/data/emit").expect(405)


def test_emit_is_reserved_however_it_is_spelled(server, client):
    with server.wire() as wire:
        wire.send(message(server, "GET /v1/data/%65mit"))
        wire.answer("GET", EMIT).expect(405, "method_not_allowed")
    out_id = client.post("/v1/data/%65mit", output("of the body")).out_id
    assert client.get(f"/v1/data/{out_id}").json["producer_agent"] == "of the body"


def test_the_empty_name_is_one(client):
    """What the description has no path for: templates never stand for nothing."""

    def ask(method, body=None):
        headers = {"Content-Type": "application/json"}
        answer, response = client.open(method, "/v1/data/", body, headers)
        answer.body = response.read()
        return answer

    emitted = client.emit(output("")).out_id
    assert ask("GET").expect(200).json["id"] == emitted
    posted = ask("POST", json.dumps(output("somebody else"))).out_id
    record = ask("GET").expect(200).json
    assert (record["id"], record["producer_agent"]) == (posted, "")
    assert client.get("/v1/latest", producer_agent="").json["id"] == posted


class TestByName:
    """What an emit by name refuses, as any emit does."""

    @pytest.mark.parametrize("body", [b"", b"{", b"\xff", b"{}{}"])
    def test_what_is_not_json(self, client, body):
        client.post("/v1/data/named", body).expect(400, "malformed_json")

    @pytest.mark.parametrize("body", [b"[]", b"{}", b"7"])
    def test_json_of_another_shape(self, client, body):
        client.post("/v1/data/named", body).expect(422, "invalid_argument")

    def test_a_parameter(self, client):
        problem = client.post("/v1/data/named", output(), attempt=1).expect(400, "bad_request")
        assert "attempt" in problem.json["detail"]

    @pytest.mark.parametrize("content_type", ["text/plain", "application/x-ndjson", None])
    def test_another_type(self, client, content_type):
        client.post("/v1/data/named", output(), content_type=content_type).expect(
            415, "unsupported_media_type"
        )

    def test_a_body_over_the_limit(self, start):
        server = start("--max-body", "64KiB")
        with server.client() as caller:
            large = output(event=final("x" * 2**16))
            caller.post("/v1/data/named", large).expect(413, "too_large")
        with server.client() as caller:
            caller.get("/v1/data/named").expect(404, "not_found")
            caller.post("/v1/data/named", output()).expect(200)


def test_an_id_comes_before_a_name(client):
    first = client.emit(output("somebody")).out_id
    named_like_it = client.emit(output(first, final("named like an id"))).out_id
    assert client.get(f"/v1/data/{first}").json["producer_agent"] == "somebody"
    assert client.get("/v1/latest", producer_agent=first).json["id"] == named_like_it
    client.emit(output("out-ffffffffff", final("a name that no id has")))
    assert client.get("/v1/data/out-ffffffffff").json["producer_agent"] == "out-ffffffffff"


def test_a_name_gives_the_newest_over_all_runs(client):
    for attempt, task in [(9, "z"), (1, "a"), (4, "m")]:
        newest = client.emit(output("roamer", task=task, attempt=attempt)).out_id
        assert client.get("/v1/data/roamer").json["id"] == newest


@pytest.mark.parametrize("key", ["nobody", "out-0123456789", "no body", "蜂の巣"])
def test_what_is_not_there_is_named(client, key):
    problem = client.get(f"/v1/data/{quoted(key)}").expect(404, "not_found").json
    assert problem["error"] == problem["detail"] == f"output not found (id nor name): {key}"
    assert problem["retryable"] is False


def test_head_is_get_without_the_body(client):
    out_id = client.emit(output()).out_id
    got = client.get(f"/v1/data/{out_id}")
    head = client.head(f"/v1/data/{out_id}").expect(200)
    for name in ("Content-Type", "Content-Length"):
        assert head.headers[name] == got.headers[name]
    assert client.head("/v1/data/nobody-of-that-name").expect(404).body == b""


def test_the_token_may_stand_in_the_query_and_the_header_wins(server):
    with server.anonymous() as caller:
        out_id = caller.post("/v1/data/emit", output(), token=server.token).out_id
        caller.get(f"/v1/data/{out_id}", token=server.token).expect(200)
        right = {"Authorization": f"Bearer {server.token}"}
        caller.get(f"/v1/data/{out_id}", right, token="nonsense").expect(200)
        wrong = {"Authorization": "Bearer nonsense"}
        caller.get(f"/v1/data/{out_id}", wrong, token=server.token).expect(401, "unauthorized")


@pytest.mark.parametrize(
    "content_type, status",
    [
        ("application/json", 200),
        ("application/json; charset=utf-8", 200),
        ("APPLICATION/JSON", 200),
        ("text/plain", 415),
        ("application/x-www-form-urlencoded", 415),
        ("application/x-ndjson", 415),
        ("", 415),
        (None, 415),
        ("json", 415),
    ],
)
def test_only_json_is_taken(client, content_type, status):
    client.post("/v1/data/emit", output(), content_type=content_type).expect(status)
