"""What is refused before a handler sees it is counted, by what is wrong."""

import pytest

from messages import message, post
from metrics import Metrics
from outputs import output
from server import eventually

SERVER_OPTIONS = ("--max-body", "1MiB", "--header-timeout", "1", "--body-timeout", "1")
NAME = "skep_http_refusals_total"


def _counts(caller):
    """How many of each problem there were: {problem: count}."""
    metrics = Metrics(caller.get("/metrics").expect(200).text)
    assert metrics.types[NAME] == "counter"
    return {
        dict(labels)["problem"]: count
        for (name, labels), count in metrics.samples.items()
        if name == NAME
    }


def _growth(caller, before):
    return {
        problem: count - before.get(problem, 0)
        for problem, count in _counts(caller).items()
        if count != before.get(problem, 0)
    }


def _counted(caller, before):
    """What was counted since, once something was: that is a moment after it was answered."""
    return eventually(lambda: _growth(caller, before), "a refusal to be counted")


def _unauthorized(server, client):
    with server.anonymous() as caller:
        return caller.get("/v1/stats")


def _forged(server, client):
    return client.get("/v1/stats", {"Authorization": "Bearer x"})


def _forbidden(server, client):
    with server.client(server.mint("emit")) as caller:
        return caller.get("/v1/stats")


def _request_timeout(server, client):
    with server.wire() as wire:
        return wire.send("GET /healthz HTTP/1.1\r\nHost:").refused(408)


def _slow_body(server, client):
    with server.wire() as wire:
        asked = post(server, "Content-Length: 100", body="{")
        return wire.send(asked).refused(408, method="POST", target="/v1/data/emit")


def _long_chunks(server, client):
    with server.wire() as wire:
        asked = post(server, "Transfer-Encoding: chunked", body="200000\r\n ")
        return wire.send(asked).answer("POST", "/v1/data/emit")


def _expectation(server, client):
    with server.wire() as wire:
        asked = post(server, "Expect: nothing", "Content-Length: 2")
        return wire.send(asked).refused(417, method="POST", target="/v1/data/emit")


REFUSALS = {
    "no token": (401, "unauthorized", _unauthorized),
    "a forged token": (401, "unauthorized", _forged),
    "too small a scope": (403, "forbidden", _forbidden),
    "a host": (
        403,
        "host_not_allowed",
        lambda _, client: client.get("/v1/stats", {"Host": "evil.example"}),
    ),
    "an origin": (
        403,
        "origin_not_allowed",
        lambda _, client: client.get("/v1/stats", {"Origin": "http://evil.example"}),
    ),
    "a path": (404, "no_route", lambda _, client: client.get("/nowhere")),
    "a method": (405, "method_not_allowed", lambda _, client: client.request("PUT", "/v1/stats")),
    "a slow header": (408, "request_timeout", _request_timeout),
    "a slow body": (408, "request_timeout", _slow_body),
    "a long body": (
        413,
        "too_large",
        lambda _, client: client.request(
            "POST",
            "/v1/data/emit",
            None,
            {"Content-Type": "application/json", "Content-Length": "9999999"},
        ),
    ),
    "a long body in chunks": (413, "too_large", _long_chunks),
    "a long target": (
        414,
        "target_too_long",
        lambda _, client: client.get("/v1/data/" + "x" * 8192),
    ),
    "a type": (
        415,
        "unsupported_media_type",
        lambda _, client: client.post("/v1/data/emit", "", content_type="text/plain"),
    ),
    "an Expect": (417, "expectation_failed", _expectation),
    "a long header": (
        431,
        "header_too_large",
        lambda _, client: client.get("/healthz", {"X-Long": "x" * 17_000}),
    ),
}


@pytest.mark.parametrize("what", REFUSALS)
def test_it_is_counted_once_as_what_it_is(server, client, what):
    status, problem, refuse = REFUSALS[what]
    with server.client() as observer:
        before = _counts(observer)
        assert refuse(server, client).status == status
        assert _counted(observer, before) == {problem: 1}


def test_what_a_handler_answers_is_not_counted(server, client):
    before = _counts(client)
    client.get("/v1/outputs/out-0000000000").expect(404, "not_found")
    client.emit({}).expect(422)
    client.emit(output("x" * 65_537)).expect(413, "too_large")
    with server.client(server.mint("emit read", "--task", "mine")) as limited:
        limited.emit(output(task="theirs")).expect(403, "forbidden")
        limited.get("/v1/stats").expect(403, "forbidden")
        limited.get("/healthz").expect(200)
    client.emit(output()).expect(200)
    assert _growth(client, before) == {}


def test_a_client_with_too_many_requests_is_counted(start):
    server = start("--max-requests-per-client", "1")
    with server.client(server.mint("read")) as observer, server.wire() as wire:
        before = _counts(observer)
        wire.send(post(server, "Expect: 100-continue", "Content-Length: 100"))
        assert wire.answer("POST", "/v1/data/emit").status == 100
        with server.client() as caller:
            caller.get("/v1/stats").expect(429, "too_many_requests")
        assert _counted(observer, before) == {"too_many_requests": 1}


def test_a_request_that_is_one_too_many_is_counted(start):
    server = start("--max-requests", "1")
    with server.client() as observer:
        before = _counts(observer)
        with server.wire() as wire:
            wire.send(post(server, "Expect: 100-continue", "Content-Length: 100"))
            assert wire.answer("POST", "/v1/data/emit").status == 100
            observer.get("/v1/stats").expect(503, "overloaded")
        eventually(lambda: observer.get("/v1/stats").status == 200, "room for a request")
        assert _counted(observer, before)["overloaded"] >= 1


def test_a_connection_that_is_one_too_many_is_counted(start):
    server = start("--max-connections", "1")
    server.contract  # Asks the server, so before its connection is taken.
    with server.client() as observer:
        eventually(lambda: observer.get("/healthz").status == 200, "a connection")
        before = _counts(observer)
        with server.wire() as wire:
            wire.send(message(server, "GET /healthz")).refused(503)
        assert _counted(observer, before) == {"overloaded": 1}
