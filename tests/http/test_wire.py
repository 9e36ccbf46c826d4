"""Bytes that are no request."""

import json
import random

import pytest

from messages import EMIT, emit_of, message
from outputs import final, output
from server import eventually

SERVER_OPTIONS = ("--header-timeout", "2", "--body-timeout", "2", "--idle-timeout", "3")

pytestmark = pytest.mark.usefixtures("unharmed")


class TestHeaders:
    @pytest.mark.parametrize(
        "field",
        [
            "X-Folded: a\r\n b",
            "X-Folded: a\r\n\tb",
            " X-Early: a",
            "X-Space : a",
            "X Space: a",
            ": a",
            "X-Nothing",
            "X-Nul: a\x00b",
            "X\x00Nul: a",
            "X-Control: a\x01b",
            "X-Cr: a\rb",
            "X-Lf: a\nb: c",
            "X-(: a",
            "X-\u00e9: a",
            "Content-Length : 5",
            "Transfer-Encoding : chunked",
            "Transfer-Encoding\t: chunked",
        ],
        ids=lambda field: repr(field),
    )
    def test_a_field_that_is_none(self, server, smuggled, field):
        with server.wire() as wire:
            wire.send(message(server, "GET /healthz", field).encode("latin-1") + smuggled.encode())
            wire.refused(400)

    @pytest.mark.parametrize(
        "fields",
        [
            (),
            ("Host: 127.0.0.1", "Host: 127.0.0.1"),
            ("Host: 127.0.0.1", "Host: evil.example"),
            ("Host: a b",),
            ("Host: user@127.0.0.1",),
            ("Host: 127.0.0.1/",),
            ("Host: 127.0.0.1:port",),
        ],
        ids=str,
    )
    def test_a_host_that_is_none_or_two(self, server, smuggled, fields):
        with server.wire() as wire:
            wire.send(message(server, "GET /healthz", *fields, host=False) + smuggled)
            wire.refused(400, 403)

    @pytest.mark.parametrize("name", ["Authorization", "Content-Type", "Idempotency-Key", "Origin"])
    def test_a_field_that_is_given_twice_confuses_nobody(self, server, name):
        values = {
            "Authorization": ["Bearer x", f"Bearer {server.token}"],
            "Content-Type": ["application/json", "text/plain"],
            "Idempotency-Key": ["a", "b"],
            "Origin": [f"http://{server.address}", "http://evil.example"],
        }[name]
        body = json.dumps(output("doubled"))
        lines = [f"POST {EMIT} HTTP/1.1", f"Host: {server.address}", f"Content-Length: {len(body)}"]
        if name != "Authorization":
            lines.append(f"Authorization: Bearer {server.token}")
        if name != "Content-Type":
            lines.append("Content-Type: application/json")
        lines += [f"{name}: {value}" for value in values]
        with server.wire() as wire:
            wire.send("\r\n".join(lines) + "\r\n\r\n" + body)
            assert wire.answer("POST", EMIT).status in (400, 401, 403, 415)

    def test_a_header_that_is_too_long(self, server, smuggled):
        with server.wire() as wire:
            wire.send(message(server, "GET /healthz", "X-Long: " + "x" * 17_000) + smuggled)
            assert wire.refused(431).problem == "header_too_large"

    def test_a_header_without_end(self, server):
        with server.wire() as wire:
            wire.send(f"GET /healthz HTTP/1.1\r\nHost: {server.address}\r\n")
            for i in range(4000):
                wire.send(f"X-{i}: {'x' * 100}\r\n")
            assert wire.answer().status == 431

    def test_spaces_around_a_value_do_not_count(self, server):
        with server.wire() as wire:
            wire.send(
                f"GET /v1/stats HTTP/1.1\r\nhost:\t{server.address} \r\n"
                f"AUTHORIZATION:  Bearer {server.token}\t\r\n\r\n"
            )
            wire.answer("GET", "/v1/stats").expect(200)


class TestFirstLines:
    @pytest.mark.parametrize(
        "start",
        [
            "GET /healthz",
            "GET /healthz HTTP/1",
            "GET /healthz HTTP/11",
            "GET /healthz http/1.1",
            "GET  /healthz HTTP/1.1",
            "GET /healthz  HTTP/1.1",
            "GET /healthz HTTP/1.1 ",
            " GET /healthz HTTP/1.1",
            "GET\t/healthz HTTP/1.1",
            "GET HTTP/1.1",
            "GET /a b HTTP/1.1",
            "G\x00T /healthz HTTP/1.1",
            "G(T /healthz HTTP/1.1",
            "GET /health\x00z HTTP/1.1",
            "GET /health\tz HTTP/1.1",
            "GET /h\u00e9 HTTP/1.1",
            "GET healthz HTTP/1.1",
            "GET /v1/data/%zz HTTP/1.1",
            "GET /v1/data/% HTTP/1.1",
            "GET /v1/data/%2 HTTP/1.1",
            "GET /v1/data/%C3%28 HTTP/1.1",
            "GET /v1/outputs?task_id=%zz HTTP/1.1",
            "GET /healthz#a HTTP/1.1",
            "GET * HTTP/1.1",
        ],
        ids=repr,
    )
    def test_one_that_is_none(self, server, start):
        lines = [start, f"Host: {server.address}", f"Authorization: Bearer {server.token}"]
        data = ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")
        with server.wire() as wire:
            wire.send(data).answer().expect(400)

    def test_connect(self, server, smuggled):
        with server.wire() as wire:
            wire.send(message(server, "CONNECT 127.0.0.1:80") + smuggled)
            wire.refused(400, 405)

    def test_http_0_9(self, server, smuggled):
        with server.wire() as wire:
            wire.send("GET /healthz\r\n" + smuggled)
            wire.refused(400, 408)

    @pytest.mark.parametrize("version", ["HTTP/0.9", "HTTP/1.2", "HTTP/2.0", "HTTP/3.0"])
    def test_another_version_is_not_spoken(self, server, smuggled, version):
        with server.wire() as wire:
            wire.send(message(server, f"GET /healthz {version}") + smuggled)
            assert wire.refused(505).problem == "http_version_not_supported"

    def test_http_2(self, server):
        with server.wire() as wire:
            wire.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + "\0\0\0\4\0\0\0\0\0")
            assert wire.refused(505).problem == "http_version_not_supported"

    def test_line_feeds_alone(self, server, smuggled):
        with server.wire() as wire:
            wire.send(
                message(server, "GET /healthz").replace("\r\n", "\n")
                + smuggled.replace("\r\n", "\n")
            )
            wire.refused(400, 408)

    def test_empty_lines_before_a_request(self, server):
        with server.wire() as wire:
            wire.send("\r\n" + message(server, "GET /healthz"))
            assert wire.answer().status in (200, 400)

    @pytest.mark.parametrize(
        "length, status", [(8192, 404), (8193, 414), (9000, 414), (15_000, 414)]
    )
    def test_a_long_target(self, server, length, status):
        where = "/v1/data/".ljust(length, "x")
        with server.wire() as wire:
            wire.send(message(server, f"GET {where}"))
            wire.answer("GET", where).expect(status)

    def test_a_target_without_end(self, server):
        with server.wire() as wire:
            wire.send("GET /" + "x" * 200_000)
            wire.refused(414, 431)


class TestGarbage:
    @pytest.mark.parametrize("seed", range(12))
    def test_any_bytes(self, server, smuggled, seed):
        generator = random.Random(seed)
        data = generator.randbytes(generator.choice([1, 10, 1000, 30_000]))
        with server.wire() as wire:
            wire.send(data + b"\r\n\r\n" + smuggled.encode())
            assert wire.answer().status in (400, 408, 414, 431)
            wire.rest()

    def test_a_tls_handshake(self, server):
        with server.wire() as wire:
            wire.send(bytes.fromhex("16030100c8010000c40303") + bytes(200))
            wire.refused(400, 408)

    @pytest.mark.parametrize("seed", range(12))
    def test_a_request_with_some_bytes_changed(self, server, seed):
        """It is answered, refused or closed, and never hangs."""
        generator = random.Random(seed)
        with server.wire() as wire:
            data = bytearray(emit_of(server, "mutant", "Connection: close").encode())
            for _ in range(generator.choice([1, 2, 5, 20])):
                data[generator.randrange(len(data))] = generator.randrange(256)
            wire.send(bytes(data))
            wire.rest()

    def test_a_crowd_that_only_connects(self, server):
        wires = [server.wire() for _ in range(100)]
        with server.client() as caller:
            caller.get("/healthz").expect(200)
            for wire in wires:
                wire.socket.close()
            eventually(
                lambda: caller.emit(output(event=final("after the crowd"))).status == 200, "an emit"
            )
