"""Every status and every problem that the documentation names, met once."""

import contextlib
import json
import re
import time

import pytest

from client import target
from outputs import final, output
from server import eventually

SERVER_OPTIONS = ("--max-body", "1MiB", "--header-timeout", "1", "--body-timeout", "1")


def _head_of(server, method, path, *fields, host=None):
    lines = [
        f"{method} {path} HTTP/1.1",
        f"Host: {host or server.address}",
        f"Authorization: Bearer {server.token}",
        *fields,
    ]
    return "\r\n".join(lines) + "\r\n\r\n"


JSON = "Content-Type: application/json"


class TestEachStatus:
    def test_400_bad_request(self, client):
        client.get("/v1/outputs", limit="x").expect(400, "bad_request")

    def test_400_malformed_json(self, client):
        client.emit("{").expect(400, "malformed_json")

    def test_401(self, server):
        with server.anonymous() as caller:
            answer = caller.get("/v1/stats").expect(401, "unauthorized")
            assert answer.headers["WWW-Authenticate"].startswith("Bearer")

    def test_403(self, server):
        with server.client(server.mint("emit")) as caller:
            caller.get("/v1/stats").expect(403, "forbidden")

    def test_403_of_a_host(self, client):
        client.get("/v1/stats", {"Host": "evil.example"}).expect(403, "host_not_allowed")

    def test_403_of_an_origin(self, client):
        client.get("/v1/stats", {"Origin": "http://evil.example"}).expect(403, "origin_not_allowed")

    def test_404(self, client):
        client.get("/v1/outputs/out-0000000000").expect(404, "not_found")
        client.get("/nowhere").expect(404, "no_route")
        progress = {"type": "progress", "stage": "s"}
        out_id = client.emit(output(event=progress)).out_id
        client.get(f"/v1/outputs/{out_id}/content").expect(404, "no_content")

    def test_405(self, client):
        answer = client.request("DELETE", "/v1/outputs").expect(405, "method_not_allowed")
        assert "GET" in answer.headers["Allow"]

    def test_408_of_a_header(self, server):
        with server.wire() as wire:
            wire.send("GET /healthz HTTP/1.1\r\nHost:")
            assert wire.refused(408).problem == "request_timeout"

    def test_408_of_a_body(self, server):
        with server.wire() as wire:
            wire.send(_head_of(server, "POST", "/v1/data/emit", JSON, "Content-Length: 10") + "{")
            assert (
                wire.refused(408, method="POST", target="/v1/data/emit").problem
                == "request_timeout"
            )

    def test_409(self, client):
        record = client.get(f"/v1/outputs/{client.emit(output()).out_id}").text
        import_one = lambda line: client.post(
            "/v1/records", line, content_type="application/x-ndjson"
        )
        assert import_one(record).expect(200).json == {"added_count": 0, "present_count": 1}
        changed = import_one(record.replace("Bees dance.", "Bees sing."))
        assert changed.expect(409, "conflict").json["retryable"] is False

    def test_412(self, client):
        out_id = client.emit(output()).out_id
        answer = client.get(f"/v1/outputs/{out_id}/content", {"If-Match": '"other"'})
        assert answer.expect(412, "precondition_failed").json["retryable"] is False

    def test_413_of_a_body(self, server, client):
        body = json.dumps(output(event=final("x" * 2**20)))
        client.emit(body).expect(413, "too_large")
        client.close()
        in_chunks = {"Content-Type": "application/json", "Transfer-Encoding": "chunked"}
        with contextlib.suppress(ConnectionError):  # It need not read all that it refused.
            client.request("POST", "/v1/data/emit", iter([body.encode()] * 3), in_chunks).expect(
                413
            )
        with server.client() as caller:
            caller.get("/healthz").expect(200)

    def test_413_of_a_length_alone(self, server):
        with server.wire() as wire:
            wire.send(
                _head_of(server, "POST", "/v1/data/emit", JSON, f"Content-Length: {2**20 + 1}")
            )
            assert wire.refused(413, method="POST", target="/v1/data/emit").problem == "too_large"

    def test_413_of_a_word(self, client):
        client.emit(output("x" * 65_537)).expect(413, "too_large")
        client.emit(output("x" * 65_536)).expect(200)

    def test_414(self, client):
        client.get("/v1/data/" + "x" * 8192).expect(414, "target_too_long")

    def test_415(self, client):
        client.post("/v1/data/emit", output(), content_type="text/plain").expect(
            415, "unsupported_media_type"
        )

    def test_416(self, client):
        out_id = client.emit(output()).out_id
        client.get(f"/v1/outputs/{out_id}/content", {"Range": "bytes=999-"}).expect(
            416, "range_not_satisfiable"
        )

    def test_417(self, server):
        with server.wire() as wire:
            wire.send(
                _head_of(
                    server, "POST", "/v1/data/emit", JSON, "Expect: 200-ok", "Content-Length: 2"
                )
            )
            assert (
                wire.refused(417, method="POST", target="/v1/data/emit").problem
                == "expectation_failed"
            )

    def test_422(self, client):
        client.emit({}).expect(422, "invalid_argument")
        client.emit(output(), {"Idempotency-Key": "errors-422"}).expect(200)
        client.emit(output("other"), {"Idempotency-Key": "errors-422"}).expect(422, "key_reused")

    def test_431(self, client):
        client.get("/healthz", {"X-Long": "x" * 17_000}).expect(431, "header_too_large")

    def test_431_of_many_fields(self, client):
        client.get(
            "/healthz", {f"X-{i}": "x" * 40 for i in range(95)} | {"X": "y" * 15_000}
        ).expect(431)

    def test_501(self, server):
        with server.wire() as wire:
            wire.send(
                _head_of(server, "POST", "/v1/data/emit", JSON, "Transfer-Encoding: gzip, chunked")
            )
            assert (
                wire.refused(501, method="POST", target="/v1/data/emit").problem
                == "not_implemented"
            )

    def test_505(self, server):
        with server.wire() as wire:
            wire.send(_head_of(server, "GET", "/healthz").replace("HTTP/1.1", "HTTP/2.0"))
            assert wire.refused(505).problem == "http_version_not_supported"


class TestRequestIds:
    @pytest.mark.parametrize("request_id", ["a", "A-z_0.9", "x" * 64])
    def test_the_callers_own_is_kept(self, client, request_id):
        for path in ("/healthz", "/nowhere"):
            answer = client.get(path, {"X-Request-Id": request_id})
            assert answer.headers["X-Request-Id"] == request_id
        assert answer.json["request_id"] == request_id

    @pytest.mark.parametrize(
        "request_id", ["", "x" * 65, "a b", "a/b", "é", '"', "a,b", "<script>"]
    )
    def test_one_of_another_form_is_replaced(self, client, request_id):
        answer = client.get("/healthz", {"X-Request-Id": request_id.encode()}).expect(200)
        assert re.fullmatch(r"[A-Za-z0-9._-]{1,64}", answer.headers["X-Request-Id"])
        assert answer.headers["X-Request-Id"] != request_id

    def test_new_ones_differ(self, client):
        assert len({client.get("/healthz").headers["X-Request-Id"] for _ in range(100)}) == 100


def _hold(wires, server, token, size):
    """A request that is under way: it was told to go on, and its body does not come."""
    wire = wires.enter_context(server.wire())
    wire.send(
        f"POST /v1/data/emit HTTP/1.1\r\nHost: {server.address}\r\n{JSON}\r\n"
        f"Authorization: Bearer {token}\r\nExpect: 100-continue\r\nContent-Length: {size}\r\n\r\n"
    )
    assert wire.answer("POST", "/v1/data/emit").status == 100
    return wire


def _complete(wire, size):
    body = json.dumps(output()).encode()
    return wire.send(body.ljust(size)).answer("POST", "/v1/data/emit").expect(200)


class TestLimits:
    def test_requests_of_one_client(self, start):
        server = start("--max-requests-per-client", "2")
        with contextlib.ExitStack() as wires, server.client() as one, server.client(
            server.mint("read")
        ) as other:
            held = [_hold(wires, server, server.token, 200) for _ in range(2)]
            answer = one.get("/v1/stats").expect(429, "too_many_requests")
            assert int(answer.headers["Retry-After"]) >= 1 and answer.json["retryable"] is True
            other.get("/v1/stats").expect(200)
            for wire in held:
                _complete(wire, 200)
            eventually(lambda: one.get("/v1/stats").status == 200, "room for the client")

    def test_requests_of_all(self, start):
        server = start("--max-requests", "2")
        with contextlib.ExitStack() as wires, server.client(server.mint("read")) as other:
            held = [_hold(wires, server, server.token, 200) for _ in range(2)]
            answer = other.get("/v1/stats").expect(503, "overloaded")
            assert int(answer.headers["Retry-After"]) >= 1 and answer.json["retryable"] is True
            for wire in held:
                _complete(wire, 200)
            eventually(lambda: other.get("/v1/stats").status == 200, "room for a request")

    def test_bodies_in_memory(self, start):
        server = start("--max-body", "1MiB", "--max-body-memory", "1MiB")
        size = 800_000
        with contextlib.ExitStack() as wires, server.client() as caller:
            held = _hold(wires, server, server.token, size)
            held.send(b" " * (size - 1000))
            large = json.dumps(output(event=final("x" * size)))

            def refused():  # Not before what the other sent has arrived.
                answer = caller.emit(large)
                return answer if answer.status == 503 else None

            answer = eventually(refused, "no room for a body")
            assert answer.problem == "overloaded" and "Retry-After" in answer.headers
            body = json.dumps(output()).encode()
            held.send(body.rjust(1000)).answer("POST", "/v1/data/emit").expect(200)
            eventually(lambda: caller.emit(large).status == 200, "room for a body")

    def test_connections(self, start):
        server = start("--max-connections", "2")
        server.contract  # Asks the server, so before its connections are taken.
        with contextlib.ExitStack() as wires:
            ask = f"GET /healthz HTTP/1.1\r\nHost: {server.address}\r\n\r\n"

            def connect():
                wire = wires.enter_context(server.wire())
                wire.send(ask)
                return wire, wire.answer()

            def two():
                first, second = connect(), connect()
                if {first[1].status, second[1].status} == {200}:
                    return first[0], second[0]
                first[0].socket.close()
                second[0].socket.close()
                return None

            held = eventually(two, "two connections")  # Those before may not have ended yet.
            third = wires.enter_context(server.wire())
            answer = third.send(ask).refused(503)
            assert answer.problem == "overloaded"
            for wire in held:
                wire.send(ask).answer().expect(200)
            held[0].socket.close()
            eventually(lambda: connect()[1].status == 200, "room for a connection")


def test_a_caller_that_does_not_wait_takes_nothing_with_it(server, client):
    """Whoever leaves before the answer harms nobody."""
    for i in range(20):
        with server.wire() as wire:
            body = json.dumps(output(task="gone"))
            head = _head_of(server, "POST", "/v1/data/emit", JSON, f"Content-Length: {len(body)}")
            wire.send(head + body[: len(body) * i // 19])
    client.get("/healthz").expect(200)


def test_a_problem_says_what_to_do(client):
    problem = client.get(target("/v1/outputs", type="x")).expect(400).json
    assert problem["title"] and problem["detail"] and problem["outcome"] == "not_applied"
    assert problem["retryable"] is False


def test_refusing_takes_no_time(server):
    """A refusal is not held back by the body that it refuses."""
    start = time.monotonic()
    with server.wire() as wire:
        wire.send(_head_of(server, "POST", "/v1/data/emit", JSON, "Content-Length: 99999999999"))
        assert wire.answer("POST", "/v1/data/emit").status == 413
    assert time.monotonic() - start < 20
