"""Requests that are sent again with their key."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from outputs import final, output


def _key(text):
    return {"Idempotency-Key": text}


def _count(caller):
    return caller.get("/v1/stats").expect(200).json["output_count"]


def test_the_first_answer_comes_again_and_nothing_is_stored(client):
    first = client.emit(output(), _key("once")).out_id
    before = _count(client)
    for _ in range(3):
        assert client.emit(output(), _key("once")).out_id == first
    assert _count(client) == before


def test_another_key_or_none_stores_again(client):
    refs = [
        client.emit(output(), _key("one")).out_id,
        client.emit(output(), _key("two")).out_id,
        client.emit(output()).out_id,
        client.emit(output()).out_id,
    ]
    assert len(set(refs)) == 4


@pytest.mark.parametrize(
    "changed",
    [
        {"task_id": "wasps"},
        {"attempt": 2},
        {"producer_agent": "editor"},
        {"event": final("Bees sing.")},
        {"event": final(ok=False)},
        {"parent_refs": ["out-0000000000"]},
    ],
    ids=lambda changed: next(iter(changed)),
)
def test_the_key_is_refused_for_another_request(client, request, changed):
    key = _key(request.node.name)
    first = client.emit(output(), key).out_id
    before = _count(client)
    problem = client.emit({**output(), **changed}, key).expect(422, "key_reused").json
    assert problem["outcome"] == "not_applied" and problem["retryable"] is False
    assert _count(client) == before
    assert client.emit(output(), key).out_id == first


def test_a_request_that_was_refused_leaves_its_key_free(client):
    client.emit(output(attempt=-1), _key("free")).expect(422, "invalid_argument")
    client.emit("{", _key("free")).expect(400)
    client.emit(output(), _key("free")).expect(200)


@pytest.mark.parametrize("key", ["a", "!", "~", "x" * 255, '"quoted"', "a,b;c=d", "%20", "0"])
def test_keys_are_visible_characters(client, key):
    first = client.emit(output(), _key(key)).out_id
    assert client.emit(output(), _key(key)).out_id == first


@pytest.mark.parametrize("key", ["", "x" * 256, "a b", "a\tb", "é".encode()])
def test_a_key_that_is_none_is_refused(client, key):
    before = _count(client)
    problem = client.emit(output(), _key(key)).expect(400, "bad_request").json
    assert "idempotency-key" in problem["detail"].lower()
    assert _count(client) == before


def test_keys_outlive_the_server(start):
    server = start()
    with server.client() as caller:
        first = caller.emit(output(), _key("lasting")).out_id
    server.stop()
    again = start(directory=server.directory)
    with again.client() as caller:
        assert caller.emit(output(), _key("lasting")).out_id == first
        caller.emit(output("other"), _key("lasting")).expect(422, "key_reused")
        assert _count(caller) == 1


def test_keys_outlive_a_server_that_was_killed(start):
    server = start()
    with server.client() as caller:
        first = caller.emit(output(), _key("lasting")).out_id
    server.kill()
    with start(directory=server.directory).client() as caller:
        assert caller.emit(output(), _key("lasting")).out_id == first


def test_two_servers_on_one_file_share_their_keys(start):
    server = start()
    other = start(directory=server.directory)
    with server.client() as one, other.client() as two:
        first = one.emit(output(), _key("shared")).out_id
        assert two.emit(output(), _key("shared")).out_id == first
        two.emit(output("other"), _key("shared")).expect(422, "key_reused")


def test_by_name(client):
    first = client.post("/v1/data/named", output(), _key("by-name")).out_id
    assert client.post("/v1/data/named", output(), _key("by-name")).out_id == first
    client.post("/v1/data/other", output(), _key("by-name")).expect(422, "key_reused")


def test_a_body(client):
    def upload(text, **parameters):
        where = {"task_id": "bees", "attempt": 1, "producer_agent": "writer", **parameters}
        return client.post("/v1/outputs/content", text, _key("body"), "text/plain", **where)

    first = upload("Bees dance.").out_id
    assert upload("Bees dance.").out_id == first
    upload("Bees sing.").expect(422, "key_reused")
    upload("Bees dance.", ok="false").expect(422, "key_reused")


@pytest.mark.parametrize("atomic", ["true", "false"])
def test_a_batch(client, atomic):
    def send(count, first=0):
        lines = "\n".join(json.dumps(output(event=final(i))) for i in range(first, first + count))
        return client.post(
            "/v1/outputs", lines, _key(f"batch-{atomic}"), "application/x-ndjson", atomic=atomic
        )

    first = send(30).expect(200).json
    before = _count(client)
    assert send(30).expect(200).json["results"] == first["results"]
    for other in (send(29), send(31), send(30, 1)):
        if atomic == "true":
            other.expect(422, "key_reused")
    assert send(30).expect(200).json["results"] == first["results"]
    if atomic == "true":
        assert _count(client) == before


def test_a_batch_that_is_not_atomic_needs_a_key_of_its_own_too(client):
    def send(words, agent="writer"):
        lines = "\n".join(json.dumps(output(agent, final(word))) for word in words)
        return client.post("/v1/outputs", lines, _key("not-atomic"), "application/x-ndjson")

    first = send("abc").expect(200).json
    before = _count(client)
    for other in (send("ab"), send("abcd"), send("abd"), send("acb"), send("abc", "editor")):
        assert other.expect(422, "key_reused").json["outcome"] == "not_applied"
    client.emit(output(event=final("a")), _key("not-atomic")).expect(422, "key_reused")
    assert _count(client) == before
    assert send("abc").expect(200).json == first


def test_a_batch_with_a_bad_line(client):
    lines = [json.dumps(output(event=final(i))) for i in range(3)]
    lines.insert(1, "{")

    def send():
        return client.post(
            "/v1/outputs", "\n".join(lines), _key("bad-line"), "application/x-ndjson"
        ).json

    first = send()
    assert (first["stored_count"], first["failed_count"]) == (3, 1)
    before = _count(client)
    again = send()
    assert [r.get("out_id") for r in again["results"]] == [
        r.get("out_id") for r in first["results"]
    ]
    assert _count(client) == before


def test_a_batch_of_more_than_one_commit(client):
    lines = "\n".join(json.dumps(output(event=final(i))) for i in range(2500))

    def send():
        return (
            client.post("/v1/outputs", lines, _key("commits"), "application/x-ndjson")
            .expect(200)
            .json
        )

    first = send()
    before = _count(client)
    assert send()["results"] == first["results"]
    assert _count(client) == before


def test_a_key_is_used_once_by_all_who_send_it_at_once(server, client):
    before = _count(client)

    def send(thread):
        with server.client() as caller:
            return [
                caller.emit(output(event=final(i)), _key(f"race-{i}")).out_id for i in range(25)
            ]

    with ThreadPoolExecutor(8) as threads:
        refs = list(threads.map(send, range(8)))
    assert all(of_thread == refs[0] for of_thread in refs)
    assert _count(client) == before + 25


def test_at_once_with_different_bodies_one_wins(server, client):
    def send(i):
        with server.client() as caller:
            return caller.emit(output(event=final(i)), _key("contended"))

    before = _count(client)
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(send, range(8)))
    stored = [answer for answer in answers if answer.status == 200]
    assert len(stored) == 1 and _count(client) == before + 1
    for answer in answers:
        if answer.status != 200:
            answer.expect(422, "key_reused")
