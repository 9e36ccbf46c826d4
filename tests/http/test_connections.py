"""What becomes of a connection: pipelines, time, 100-continue, ends."""

import json
import time

import pytest

from messages import EMIT, emit_of, message, post
from outputs import output

SERVER_OPTIONS = ("--header-timeout", "2", "--body-timeout", "2", "--idle-timeout", "3")

pytestmark = pytest.mark.usefixtures("unharmed")


BODY = json.dumps(output("framed"))
CHUNKED_BODY = f"{len(BODY):x}\r\n{BODY}\r\n0\r\n\r\n"


class TestConnections:
    def test_pipelined_requests_are_answered_in_order(self, server):
        with server.wire() as wire:
            sent = "".join(
                emit_of(server, f"pipeline-{i}") + message(server, f"GET /v1/data/pipeline-{i}")
                for i in range(20)
            )
            wire.send(sent)
            for i in range(20):
                out_id = wire.answer("POST", EMIT).out_id
                record = wire.answer("GET", f"/v1/data/pipeline-{i}").expect(200).json
                assert (record["id"], record["producer_agent"]) == (out_id, f"pipeline-{i}")

    def test_pipelined_requests_byte_by_byte(self, server):
        sent = (emit_of(server, "bytes") + message(server, "GET /v1/data/bytes")).encode()
        with server.wire() as wire:
            for at in range(len(sent)):
                wire.send(sent[at : at + 1])
            wire.answer("POST", EMIT).expect(200)
            wire.answer("GET", "/v1/data/bytes").expect(200)

    def test_a_refused_request_that_is_well_framed_may_keep_its_connection(self, server):
        with server.wire() as wire:
            wire.send(message(server, "GET /nowhere") + emit_of(server, "after a 404"))
            wire.answer("GET", "/nowhere").expect(404)
            wire.answer("POST", EMIT).expect(200)

    def test_a_connection_is_kept(self, server):
        with server.wire() as wire:
            for _ in range(50):
                wire.send(message(server, "GET /healthz")).answer().expect(200)

    @pytest.mark.parametrize(
        "field", ["Connection: close", "Connection: Close", "Connection: x, close"]
    )
    def test_a_connection_is_closed_on_request(self, server, smuggled, field):
        with server.wire() as wire:
            wire.send(message(server, "GET /healthz", field) + smuggled)
            answer = wire.refused(200)
            assert answer.headers["Connection"].lower() == "close"

    def test_http_1_0_closes(self, server, smuggled):
        with server.wire() as wire:
            wire.send(message(server, "GET /healthz HTTP/1.0") + smuggled)
            wire.refused(200)

    def test_http_1_0_keeps_if_asked(self, server):
        with server.wire() as wire:
            asked = message(server, "GET /healthz HTTP/1.0", "Connection: keep-alive")
            answer = wire.send(asked).answer().expect(200)
            assert answer.headers["Connection"].lower() == "keep-alive"
            wire.send(asked).answer().expect(200)

    def test_a_client_that_closes_its_half_is_answered(self, server):
        with server.wire() as wire:
            wire.send(message(server, "GET /healthz"))
            wire.socket.shutdown(1)
            wire.refused(200)

    def test_head_has_no_body_on_the_wire(self, server):
        with server.wire() as wire:
            wire.send(message(server, "HEAD /healthz") + message(server, "GET /healthz"))
            assert int(wire.answer("HEAD").expect(200).headers["Content-Length"]) > 0
            wire.answer().expect(200)


class TestExpect:
    def test_the_server_says_go_on_before_the_body(self, server):
        body = json.dumps(output("expected"))
        with server.wire() as wire:
            wire.send(post(server, "Expect: 100-continue", f"Content-Length: {len(body)}"))
            assert wire.answer("POST", EMIT).status == 100
            wire.send(body).answer("POST", EMIT).expect(200)
            wire.send(message(server, "GET /healthz")).answer().expect(200)

    def test_in_chunks(self, server):
        with server.wire() as wire:
            wire.send(post(server, "expect: 100-Continue", "Transfer-Encoding: chunked"))
            assert wire.answer("POST", EMIT).status == 100
            wire.send(CHUNKED_BODY).answer("POST", EMIT).expect(200)

    def test_a_body_that_comes_unasked_is_taken(self, server):
        body = json.dumps(output("unasked"))
        with server.wire() as wire:
            wire.send(
                post(server, "Expect: 100-continue", f"Content-Length: {len(body)}", body=body)
            )
            answer = wire.answer("POST", EMIT)
            if answer.status == 100:
                answer = wire.answer("POST", EMIT)
            answer.expect(200)

    @pytest.mark.parametrize(
        "status, path, changed",
        [
            (401, EMIT, {"Authorization": "Bearer x"}),
            (401, EMIT, {"Authorization": None}),
            (404, "/nowhere", {}),
            (405, "/v1/stats", {}),
            (415, EMIT, {"Content-Type": "text/plain"}),
            (413, EMIT, {"Content-Length": "99999999999"}),
            (403, EMIT, {"Host": "evil.example"}),
        ],
    )
    def test_a_refusal_comes_instead(self, server, smuggled, status, path, changed):
        """And what was meant as the body is not taken for a request."""
        fields = {
            "Host": server.address,
            "Authorization": f"Bearer {server.token}",
            "Content-Type": "application/json",
            "Content-Length": len(smuggled),
            "Expect": "100-continue",
            **changed,
        }
        lines = [f"{name}: {value}" for name, value in fields.items() if value is not None]
        with server.wire() as wire:
            wire.send("\r\n".join([f"POST {path} HTTP/1.1", *lines]) + "\r\n\r\n")
            answer = wire.answer("POST", path).expect(status)
            wire.send(smuggled)
            if answer.headers.get("Connection", "").lower() == "close":
                assert wire.rest() == b""
            else:  # Then it counts as the body that was announced.
                wire.send(message(server, "GET /healthz")).answer().expect(200)


class TestTime:
    def test_a_header_that_drips(self, server):
        """Time is for the whole of a header, so drops do not help."""
        with server.wire() as wire:
            wire.send("GET /healthz HTTP/1.1\r\nX: ")
            end = time.monotonic() + 60
            while not wire.receive(0.1) and not wire.closed and time.monotonic() < end:
                wire.send("x")
            wire.refused(408)

    def test_a_body_that_stops(self, server):
        with server.wire() as wire:
            wire.send(post(server, "Content-Length: 100", body="{"))
            wire.refused(408, method="POST", target=EMIT)

    def test_chunks_that_stop(self, server):
        with server.wire() as wire:
            wire.send(post(server, "Transfer-Encoding: chunked", body="5\r\n{"))
            wire.refused(408, method="POST", target=EMIT)

    def test_a_body_that_drips_is_taken(self, server):
        """Time is for each piece of a body; a slow one arrives."""
        body = json.dumps(output("dripping"))
        with server.wire() as wire:
            wire.send(post(server, f"Content-Length: {len(body)}"))
            for at in range(0, len(body), 30):
                assert not wire.receive(0.4), "answered before its body came"
                wire.send(body[at : at + 30])
            wire.answer("POST", EMIT).expect(200)

    def test_a_connection_that_is_idle(self, server):
        with server.wire() as wire:
            wire.send(message(server, "GET /healthz")).answer().expect(200)
            assert wire.rest() == b""

    def test_a_connection_that_says_nothing(self, server):
        with server.wire() as wire:
            assert wire.rest() == b"" or b" 408 " in wire.rest()
