"""The end of a connection: the last answer arrives, and who left is not worked for."""

import contextlib
import secrets
import socket
import time

import pytest

from client import PATIENCE_S
from messages import EMIT, emit_of, message
from metrics import Metrics
from outputs import final, output
from server import eventually
from wire import Wire

SERVER_OPTIONS = ("--stream-ping", "60")
LARGE = "Bees dance. " * (2**20 // 12)

pytestmark = pytest.mark.usefixtures("unharmed")


@pytest.fixture(scope="module")
def large(server):
    """The path of a content of 1 MiB."""
    with server.client() as caller:
        return f"/v1/outputs/{caller.emit(output(event=final(LARGE))).out_id}/content"


@contextlib.contextmanager
def _slow_wire(server):
    """A connection that takes little at a time, so that much waits at the server's end of it."""
    with socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.settimeout(PATIENCE_S)
        connection.connect(("127.0.0.1", server.port))
        yield Wire(connection, server)


class TestTheLastAnswer:
    """Bytes that nobody reads reset a connection, if it is closed over them."""

    def test_a_request_behind_it_does_not_cut_it(self, server, large, smuggled):
        asked = message(server, f"GET {large}", "Connection: close")
        for _ in range(20):
            with _slow_wire(server) as wire:
                wire.send(asked + smuggled * 200)
                assert wire.answer("GET", large).expect(200).text == LARGE
                assert wire.rest() == b""

    def test_requests_that_come_while_it_is_read_do_not_cut_it(self, server, large, smuggled):
        asked = message(server, f"GET {large}", "Connection: close")
        for _ in range(20):
            with _slow_wire(server) as wire:
                wire.send(asked)
                for _ in range(8):
                    assert wire.receive()
                    wire.send(smuggled)
                assert wire.answer("GET", large).expect(200).text == LARGE
                assert wire.rest() == b""

    def test_http_1_0(self, server, large, smuggled):
        with _slow_wire(server) as wire:
            wire.send(message(server, f"GET {large} HTTP/1.0") + smuggled * 200)
            assert wire.answer("GET", large).expect(200).text == LARGE
            assert wire.rest() == b""

    def test_a_refusal_is_read_though_its_body_comes_all_the_same(self, server):
        head = message(server, f"POST {EMIT}", "Content-Type: text/plain", "Content-Length: 900000")
        for _ in range(20):
            with server.wire() as wire:
                wire.send(head.encode() + bytes(900_000))
                wire.answer("POST", EMIT).expect(415)


class TestAClientThatClosedItsHalf:
    """It counts as gone where there is much to do; all else is answered."""

    @pytest.mark.parametrize("path", ["/healthz", "/v1/stats", "/v1/runs", "/v1/data/half"])
    def test_reads(self, server, client, path):
        client.emit(output("half")).expect(200)
        with server.wire() as wire:
            wire.send(message(server, f"GET {path}"))
            wire.socket.shutdown(socket.SHUT_WR)
            wire.refused(200, target=path)

    def test_reads_a_large_content(self, server, large):
        with _slow_wire(server) as wire:
            wire.send(message(server, f"GET {large}"))
            wire.socket.shutdown(socket.SHUT_WR)
            assert wire.answer("GET", large).expect(200).text == LARGE
            assert wire.rest() == b""

    def test_emits(self, server, client):
        agent = f"half-{secrets.token_hex(4)}"
        with server.wire() as wire:
            wire.send(emit_of(server, agent) * 3)
            wire.socket.shutdown(socket.SHUT_WR)
            out_ids = [wire.answer("POST", EMIT).out_id for _ in range(3)]
            assert wire.rest() == b""
        assert client.get("/v1/latest", producer_agent=agent).json["id"] == out_ids[-1]
        page = client.get("/v1/outputs", producer_agent=agent).json
        assert [record["id"] for record in page["records"]] == out_ids

    def test_follows_nothing(self, server, client):
        def streams():
            return Metrics(client.get("/metrics").text).sum("skep_stream_clients")

        with server.wire() as wire:
            wire.send(message(server, "GET /v1/stream?after_seq=0"))
            assert wire.receive()
            eventually(lambda: streams() == 1, "a stream")
            start = time.monotonic()
            wire.socket.shutdown(socket.SHUT_WR)
            wire.rest()
            eventually(lambda: streams() == 0, "the end of the stream")
            assert time.monotonic() - start < 30
