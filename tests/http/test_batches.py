"""Many outputs in one request."""

import json

import pytest

from outputs import final, output

NDJSON = "application/x-ndjson"


def _send(caller, lines, **parameters):
    body = lines if isinstance(lines, (str, bytes)) else "".join(f"{line}\n" for line in lines)
    return caller.post("/v1/outputs", body, content_type=NDJSON, **parameters)


def _lines(task, count):
    return [json.dumps(output(f"agent-{i}", final(i), task)) for i in range(count)]


def _stored(caller, task):
    return [
        record
        for page in caller.pages("/v1/outputs", task_id=task, limit=1000)
        for record in page["records"]
    ]


def test_each_line_has_its_result_in_order(client):
    results = _send(client, _lines("plain", 5)).expect(200).json
    assert (results["stored_count"], results["failed_count"]) == (5, 0)
    assert [result["line"] for result in results["results"]] == [1, 2, 3, 4, 5]
    stored = _stored(client, "plain")
    assert [record["id"] for record in stored] == [
        result["out_id"] for result in results["results"]
    ]
    assert [record["producer_agent"] for record in stored] == [f"agent-{i}" for i in range(5)]


BAD_LINES = [
    ("{", 400, "malformed_json"),
    ("[]", 422, "invalid_argument"),
    ("{}", 422, "invalid_argument"),
    ('{"task_id":"\\ud800"}', 400, "malformed_json"),
    ("x", 400, "malformed_json"),
    (json.dumps(output(attempt=-1)), 422, "invalid_argument"),
    (json.dumps(output()) + json.dumps(output()), 400, "malformed_json"),
]


def test_a_bad_line_fails_alone(client):
    good = _lines("mixed", len(BAD_LINES))
    mixed = [line for pair in zip(good, (bad for bad, *_ in BAD_LINES)) for line in pair]
    results = _send(client, mixed).expect(200).json
    assert (results["stored_count"], results["failed_count"]) == (len(good), len(BAD_LINES))
    assert [result["line"] for result in results["results"]] == list(range(1, len(mixed) + 1))
    stored = [result["out_id"] for result in results["results"][::2]]
    assert [record["id"] for record in _stored(client, "mixed")] == stored
    for result, (_, status, kind) in zip(results["results"][1::2], BAD_LINES, strict=True):
        assert result["error"]["status"] == status, result
        assert result["error"]["type"] == f"urn:skep:problem:{kind}", result


def test_a_line_that_is_not_utf8_fails_alone(client):
    good = "\n".join(_lines("bytes", 2)).encode()
    results = _send(client, good + b'\n{"task_id":"\xff"}\n').expect(200).json
    assert (results["stored_count"], results["failed_count"]) == (2, 1)
    assert results["results"][2]["error"]["type"] == "urn:skep:problem:malformed_json"


def test_blank_lines_are_skipped_and_counted(client):
    first, second = _lines("blank", 2)
    results = _send(client, f"\n{first}\n \n\t\n\r\n{second}\n\n").expect(200).json
    assert [result["line"] for result in results["results"]] == [2, 6]
    assert len(_stored(client, "blank")) == 2


@pytest.mark.parametrize("atomic", ["true", "false"])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.parametrize("last", [True, False], ids=["ended", "open"])
def test_line_endings(client, request, atomic, ending, last):
    task = request.node.name
    body = ending.join(_lines(task, 3)) + (ending if last else "")
    results = _send(client, body, atomic=atomic).expect(200).json
    assert results["stored_count"] == 3
    assert [record["event"]["content"]["value"] for record in _stored(client, task)] == [0, 1, 2]


@pytest.mark.parametrize("body", ["", "\n", "\r\n \n"])
def test_nothing_is_stored_of_nothing(client, body):
    for atomic in ("true", "false"):
        results = _send(client, body, atomic=atomic).expect(200).json
        assert results == {"results": [], "stored_count": 0, "failed_count": 0}


def test_an_atomic_batch_is_stored_whole(client):
    results = _send(client, _lines("atomic", 1500), atomic="true").expect(200).json
    stored = _stored(client, "atomic")
    assert [record["id"] for record in stored] == [
        result["out_id"] for result in results["results"]
    ]
    first = stored[0]["seq"]
    assert [record["seq"] for record in stored] == list(range(first, first + 1500))


@pytest.mark.parametrize("bad, status, kind", BAD_LINES)
def test_an_atomic_batch_with_a_bad_line_stores_nothing(client, bad, status, kind):
    lines = _lines("none", 4)
    for at in (0, 2, 4):
        problem = (
            _send(client, [*lines[:at], bad, *lines[at:]], atomic="true").expect(status, kind).json
        )
        assert problem["line"] == at + 1 and problem["outcome"] == "not_applied"
    problem = _send(client, ["", lines[0], "", bad], atomic="true").expect(status, kind).json
    assert problem["line"] == 4
    assert _stored(client, "none") == []


@pytest.mark.parametrize("atomic", ["true", "false"])
def test_a_value_that_spans_lines_brings_its_spelling(client, atomic):
    task = f"spelled {atomic}"
    spelling = '{"b": 1,\n "a":\t[1e2]}'
    line = json.dumps(output(event=final("VALUE"), task=task, value_text=spelling))
    folded = line.replace('"VALUE"', spelling.replace("\n", " "))
    results = _send(client, [folded, *_lines(task, 1)], atomic=atomic).expect(200).json
    assert results["stored_count"] == 2
    out_id = results["results"][0]["out_id"]
    assert client.get(f"/v1/outputs/{out_id}/content").expect(200).text == spelling


@pytest.mark.parametrize("text", [7, "", "{", "[2]", "[ 1 ]", "[1\n]"])
def test_a_spelling_of_something_else_is_refused(client, text):
    misspelled = output(event=final([1]), task="misspelled", value_text=text)
    (result,) = _send(client, [json.dumps(misspelled)]).expect(200).json["results"]
    assert result["error"]["type"] == "urn:skep:problem:invalid_argument"
    problem = client.emit(misspelled).expect(422, "invalid_argument")
    assert "value_text" in result["error"]["detail"] and "value_text" in problem.json["detail"]
    assert _stored(client, "misspelled") == []


def test_thousands_of_lines_keep_their_order(client):
    results = _send(client, _lines("many", 3456)).expect(200).json
    assert results["stored_count"] == 3456
    stored = _stored(client, "many")
    assert [record["event"]["content"]["value"] for record in stored] == list(range(3456))
    assert [record["id"] for record in stored] == [
        result["out_id"] for result in results["results"]
    ]


def test_an_atomic_batch_of_too_many_lines(client):
    line = json.dumps(output(task="too many"))
    _send(client, f"{line}\n" * 65_537, atomic="true").expect(413, "too_large")
    assert _stored(client, "too many") == []


def test_a_word_of_a_line_that_is_too_long(client):
    lines = [json.dumps(output(task="long")), json.dumps(output("x" * 65_537, task="long"))]
    results = _send(client, lines).expect(200).json
    assert results["results"][1]["error"]["type"] == "urn:skep:problem:too_large"
    assert _send(client, lines, atomic="true").expect(413, "too_large").json["line"] == 2
    assert len(_stored(client, "long")) == 1


def test_a_batch_over_the_size_of_a_body(start):
    server = start("--max-body", "64KiB")
    with server.client() as caller:
        lines = _lines("large", 1000)
        _send(caller, lines).expect(413, "too_large")
    with server.client() as caller:
        assert _stored(caller, "large") == []
        assert _send(caller, lines[:100]).expect(200).json["stored_count"] == 100


@pytest.mark.parametrize("content_type", ["application/json", "text/plain", None])
def test_only_ndjson_is_taken(client, content_type):
    client.post("/v1/outputs", _lines("type", 1)[0], content_type=content_type).expect(415)


@pytest.mark.parametrize("atomic", ["yes", "1", "", "TRUE"])
def test_atomic_is_true_or_false(client, atomic):
    problem = _send(client, _lines("atomic?", 1), atomic=atomic).expect(400, "bad_request").json
    assert "atomic" in problem["detail"]
