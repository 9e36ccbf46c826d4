"""POST /v1/records: whole records, as `skep export` writes them."""

import json

import pytest

from client import quoted
from outputs import final

NDJSON = "application/x-ndjson"


def _record(out_id, **more):
    return {
        "id": out_id,
        "task_id": "brought",
        "attempt": 1,
        "producer_agent": "carrier",
        "event": final(),
        "parent_refs": [],
        "seq": 1,
        "created_at": "2026-11-24T13:20:00.123Z",
        **more,
    }


def _bring(caller, records, content_type=NDJSON, **parameters):
    lines = [one if isinstance(one, str) else json.dumps(one) for one in records]
    return caller.post("/v1/records", "\n".join(lines), content_type=content_type, **parameters)


def _is_there(caller, out_id):
    return caller.get(f"/v1/outputs/{quoted(out_id)}").status == 200


def test_records_keep_their_ids_and_times(client):
    records = [_record(f"kept-{i}", event=final(i)) for i in range(3)]
    report = _bring(client, records).expect(200).json
    assert report == {"added_count": 3, "present_count": 0}
    for record in records:
        stored = client.get(f"/v1/outputs/{record['id']}").expect(200).json
        assert {**stored, "seq": 1} == record


def test_those_that_are_there_are_left_alone(client):
    first = _record("there")
    _bring(client, [first]).expect(200)
    report = _bring(client, [first, _record("new")]).expect(200).json
    assert report == {"added_count": 1, "present_count": 1}


def test_one_that_holds_something_else_stops_them_all(client):
    _bring(client, [_record("taken")]).expect(200)
    records = [_record("beside-it"), _record("taken", event=final("other"))]
    problem = _bring(client, records).expect(409, "conflict").json
    assert "taken" in problem["detail"] and problem["outcome"] == "not_applied"
    assert not _is_there(client, "beside-it")


def test_a_value_in_its_own_spelling_stays_so(client):
    spelling = '{"b": 1,\n "a":\t[1e2]}'
    record = _record("spelled", event=final("VALUE"), value_text=spelling)
    line = json.dumps(record).replace('"VALUE"', spelling.replace("\n", " "))
    _bring(client, [line]).expect(200)
    assert client.get("/v1/outputs/spelled/content").expect(200).text == spelling


def test_what_is_exported_can_be_brought_elsewhere(client, start):
    _bring(client, [_record("travels-1"), _record("travels-2", parent_refs=["travels-1"])])
    lines = client.get("/v1/export").expect(200).text
    other = start()
    with other.client() as caller:
        caller.post("/v1/records", lines, content_type=NDJSON).expect(200)
        assert caller.get("/v1/export").text == lines


@pytest.mark.parametrize(
    "bad, status, kind",
    [
        ("{", 400, "malformed_json"),
        ("x", 400, "malformed_json"),
        ("[]", 422, "invalid_argument"),
        ("{}", 422, "invalid_argument"),
        (_record(7), 422, "invalid_argument"),
        (_record("bad", attempt=-1), 422, "invalid_argument"),
        (_record("bad", seq="1"), 422, "invalid_argument"),
        (_record("bad", created_at="yesterday"), 422, "invalid_argument"),
        (_record("bad", event={"type": "other"}), 422, "invalid_argument"),
        (_record("bad", producer_agent="x" * 65_537), 413, "too_large"),
    ],
    ids=range(10),
)
def test_a_bad_line_is_named_and_nothing_is_stored(client, bad, status, kind):
    records = [_record("good-1"), "", bad, _record("good-2")]
    problem = _bring(client, records).expect(status, kind).json
    assert (problem["line"], problem["outcome"]) == (3, "not_applied")
    assert not _is_there(client, "good-1") and not _is_there(client, "good-2")


def test_a_line_that_is_not_utf8_is_named(client):
    lines = json.dumps(_record("good-1")).encode() + b'\n{"id":"\xff"}\n'
    answer = client.post("/v1/records", lines, content_type=NDJSON)
    assert answer.expect(400, "malformed_json").json["line"] == 2


@pytest.mark.parametrize("content_type", ["application/json", "text/plain", None])
def test_only_ndjson_is_taken(client, content_type):
    _bring(client, [_record("typed")], content_type).expect(415, "unsupported_media_type")
    assert not _is_there(client, "typed")


@pytest.mark.parametrize("parameters", [{"adopt_blobs": "yes"}, {"atomic": "true"}], ids=str)
def test_a_bad_parameter_is_named(client, parameters):
    problem = _bring(client, [_record("named")], **parameters).expect(400, "bad_request")
    assert next(iter(parameters)) in problem.json["detail"]


def test_more_than_a_body_may_have(start):
    server = start("--max-body", "64KiB")
    records = [_record(f"many-{i}") for i in range(1000)]
    with server.client() as caller:
        _bring(caller, records).expect(413, "too_large")
    with server.client() as caller:
        assert caller.get("/v1/outputs").json["records"] == []
        assert _bring(caller, records[:100]).expect(200).json["added_count"] == 100


def test_nothing_is_brought_by_nothing(client):
    report = client.post("/v1/records", b"", content_type=NDJSON).expect(200).json
    assert report == {"added_count": 0, "present_count": 0}


def test_only_an_administrator_may(server):
    for scope in ("read", "emit"):
        with server.client(server.mint(scope)) as caller:
            _bring(caller, [_record("smuggled")]).expect(403, "forbidden")
