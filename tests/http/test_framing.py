"""Where a body ends, and what lies about it."""

import json

import pytest

from messages import EMIT, message, post
from outputs import output

SERVER_OPTIONS = ("--header-timeout", "2", "--body-timeout", "2", "--idle-timeout", "3")

pytestmark = pytest.mark.usefixtures("unharmed")


BODY = json.dumps(output("framed"))
CHUNKED_BODY = f"{len(BODY):x}\r\n{BODY}\r\n0\r\n\r\n"


class TestFraming:
    @pytest.mark.parametrize(
        "fields",
        [
            (f"Content-Length: {len(BODY)}", "Transfer-Encoding: chunked"),
            ("Transfer-Encoding: chunked", f"Content-Length: {len(CHUNKED_BODY)}"),
            ("Transfer-Encoding: chunked", "Content-Length: 0"),
            ("Content-Length: 0", f"Content-Length: {len(BODY)}"),
            (f"Content-Length: {len(BODY)}", "Content-Length: 0"),
            (f"Content-Length: {len(BODY)}", f"Content-Length: {len(BODY)}"),
            (f"Content-Length: {len(BODY)}, {len(BODY)}",),
            (f"Content-Length: 0, {len(BODY)}",),
            (f"Content-Length: +{len(BODY)}",),
            (f"Content-Length: -{len(BODY)}",),
            (f"Content-Length: 0x{len(BODY):x}",),
            (f"Content-Length: {len(BODY)}a",),
            (f"Content-Length: {len(BODY)}.0",),
            ("Content-Length: 1 2",),
            ("Content-Length:",),
            ("Content-Length: 18446744073709551616",),
            ("Content-Length: " + "9" * 400,),
            ("Content-Length: \u0661",),
        ],
        ids=lambda fields: " ".join(fields)[:50].encode("ascii", "replace").decode(),
    )
    def test_a_length_that_is_none(self, server, smuggled, fields):
        with server.wire() as wire:
            wire.send(post(server, *fields, body=CHUNKED_BODY) + smuggled)
            wire.refused(400, 413, method="POST", target=EMIT)

    @pytest.mark.parametrize(
        "coding, statuses",
        [
            ("xchunked", (400, 501)),
            ("chunked, chunked", (400, 501)),
            ("gzip, chunked", (501,)),
            ("chunked, gzip", (400, 501)),
            ("gzip", (400, 501)),
            ("identity", (400, 501)),
            ("chunked,", (400, 501)),
            (",chunked", (400, 501)),
            ("chunked;q=1", (400, 501)),
            ('"chunked"', (400, 501)),
            ("", (400, 501)),
            ("chunked\x0b", (400, 501)),
            ("ch\u00fcnked", (400, 501)),
        ],
    )
    def test_a_transfer_coding_that_is_unknown(self, server, smuggled, coding, statuses):
        with server.wire() as wire:
            head = post(server, f"Transfer-Encoding: {coding}", body=CHUNKED_BODY)
            wire.send(head.encode("latin-1") + smuggled.encode())
            wire.refused(*statuses, method="POST", target=EMIT)

    def test_two_transfer_codings(self, server, smuggled):
        with server.wire() as wire:
            wire.send(
                post(
                    server,
                    "Transfer-Encoding: chunked",
                    "Transfer-Encoding: identity",
                    body=CHUNKED_BODY,
                )
                + smuggled
            )
            wire.refused(400, 501, method="POST", target=EMIT)

    def test_chunks_in_http_1_0(self, server, smuggled):
        with server.wire() as wire:
            wire.send(
                message(
                    server,
                    f"POST {EMIT} HTTP/1.0",
                    "Content-Type: application/json",
                    "Transfer-Encoding: chunked",
                    "Connection: keep-alive",
                    body=CHUNKED_BODY,
                )
                + smuggled
            )
            wire.refused(400, 501, method="POST", target=EMIT)

    @pytest.mark.parametrize("spelling", ["chunked", "Chunked", "CHUNKED"])
    def test_chunks(self, server, spelling):
        with server.wire() as wire:
            wire.send(post(server, f"Transfer-Encoding: {spelling}", body=CHUNKED_BODY))
            wire.answer("POST", EMIT).expect(200)
            wire.send(message(server, "GET /healthz")).answer().expect(200)

    @pytest.mark.parametrize(
        "body",
        [
            f"-{len(BODY):x}\r\n{BODY}\r\n0\r\n\r\n",
            f"+{len(BODY):x}\r\n{BODY}\r\n0\r\n\r\n",
            f"0x{len(BODY):x}\r\n{BODY}\r\n0\r\n\r\n",
            f"g\r\n{BODY}\r\n0\r\n\r\n",
            f"\r\n{BODY}\r\n0\r\n\r\n",
            f"ffffffffffffffff\r\n{BODY}\r\n0\r\n\r\n",
            f"{'f' * 17}\r\n{BODY}\r\n0\r\n\r\n",
            f"1{'0' * 16}\r\n{BODY}\r\n0\r\n\r\n",
            f"{len(BODY) - 1:x}\r\n{BODY}\r\n0\r\n\r\n",
            f"{len(BODY) + 2:x}\r\n{BODY}\r\n0\r\n\r\n",
            f"{len(BODY):x}\n{BODY}\r\n0\r\n\r\n",
            f"{len(BODY):x}\r\n{BODY}0\r\n\r\n",
            f" {len(BODY):x}\r\n{BODY}\r\n0\r\n\r\n",
        ],
        ids=[
            "minus",
            "plus",
            "0x",
            "not hex",
            "empty",
            "2^64-1",
            "more digits",
            "2^64",
            "too small",
            "too large",
            "bare LF",
            "no end",
            "leading space",
        ],
    )
    def test_a_chunk_that_is_none(self, server, smuggled, body):
        with server.wire() as wire:
            wire.send(post(server, "Transfer-Encoding: chunked", body=body) + smuggled)
            wire.refused(400, 408, 413, method="POST", target=EMIT)

    @pytest.mark.parametrize(
        "extension",
        [";a=b", ";a", ';a="b;c"', " ; a = b", ";" + "x" * 3000, ';a="\n0\n\n"', ";a\rb"],
    )
    def test_a_chunk_extension_desynchronises_nothing(self, server, extension):
        with server.wire() as wire:
            body = f"{len(BODY):x}{extension}\r\n{BODY}\r\n0\r\n\r\n"
            wire.send(
                post(server, "Transfer-Encoding: chunked", body=body)
                + message(server, "GET /v1/stats")
            )
            answer = wire.answer("POST", EMIT)
            if answer.status == 200:
                wire.answer("GET", "/v1/stats").expect(200)
            else:
                assert answer.status in (400, 408, 413, 431) and wire.rest() == b""

    @pytest.mark.parametrize(
        "trailer",
        [
            "X-Trailer: a\r\n",
            "Content-Length: 5\r\n",
            "Transfer-Encoding: gzip\r\n",
            "Authorization: Bearer x\r\n",
        ],
    )
    def test_a_trailer_desynchronises_nothing(self, server, trailer):
        with server.wire() as wire:
            body = f"{len(BODY):x}\r\n{BODY}\r\n0\r\n{trailer}\r\n"
            wire.send(
                post(server, "Transfer-Encoding: chunked", body=body)
                + message(server, "GET /v1/stats")
            )
            answer = wire.answer("POST", EMIT)
            if answer.status == 200:
                wire.answer("GET", "/v1/stats").expect(200)
            else:
                assert answer.status in (400, 413, 431) and wire.rest() == b""

    def test_a_trailer_without_end(self, server):
        with server.wire() as wire:
            wire.send(
                post(
                    server,
                    "Transfer-Encoding: chunked",
                    body=f"{len(BODY):x}\r\n{BODY}\r\n0\r\nX: {'x' * 100_000}",
                )
            )
            wire.refused(400, method="POST", target=EMIT)  # Not only once its time is up.

    def test_a_chunk_header_without_end(self, server):
        with server.wire() as wire:
            wire.send(post(server, "Transfer-Encoding: chunked", body=f"1;{'x' * 100_000}"))
            wire.refused(400, method="POST", target=EMIT)

    def test_a_get_takes_no_large_body(self, client):
        client.get("/healthz", {"Content-Length": "100000"}).expect(413, "too_large")

    def test_a_get_with_a_body_desynchronises_nothing(self, server, smuggled):
        with server.wire() as wire:
            wire.send(
                message(server, "GET /healthz", f"Content-Length: {len(smuggled)}", body=smuggled)
                + message(server, "GET /v1/stats")
            )
            answer = wire.answer()
            if answer.status == 200:
                wire.answer("GET", "/v1/stats").expect(200)
            else:
                assert wire.rest() == b""
