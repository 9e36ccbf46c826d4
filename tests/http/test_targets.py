"""Targets that are more, or less, than a path."""

import json

import pytest

from client import target
from messages import EMIT, message
from outputs import final, output

SERVER_OPTIONS = ("--allow-host", "store.example")

pytestmark = pytest.mark.usefixtures("unharmed")


def _emit(server, where, task="bees", token=None):
    body = json.dumps(output("absolute", final("Bees dance."), task))
    length = f"Content-Length: {len(body)}"
    return message(server, f"POST {where}", "Content-Type: application/json", length, body=body)


class TestAbsolute:
    @pytest.fixture(
        params=["127.0.0.1", "127.0.0.1:{port}", "LocalHost:{port}", "[::1]", "store.example:80"]
    )
    def here(self, server, request):
        """A way to name this server."""
        return request.param.format(port=server.port)

    def test_it_is_the_path_in_it(self, server, here):
        with server.wire() as wire:
            for scheme in ("http", "HTTP"):
                where = f"{scheme}://{here}/v1/runs?task_id=bees&limit=1"
                page = wire.send(message(server, f"GET {where}")).answer("GET", "/v1/runs")
                assert "runs" in page.expect(200).json

    def test_it_is_posted_to(self, server, client, here):
        with server.wire() as wire:
            out_id = wire.send(_emit(server, f"http://{here}{EMIT}")).answer("POST", EMIT).out_id
        assert client.get(f"/v1/outputs/{out_id}").json["producer_agent"] == "absolute"

    def test_without_a_path_it_is_the_page_for_people(self, server):
        with server.wire() as wire:
            answer = wire.send(message(server, f"GET http://{server.address}")).answer("GET", "/")
            assert answer.expect(200).headers.get_content_type() == "text/html"

    def test_what_is_wrong_with_the_rest_is_told_as_ever(self, server):
        here = f"http://{server.address}"
        for path, status in [("/nowhere", 404), ("/v1/data/%zz", 400), ("/v1/runs?limit=x", 400)]:
            with server.wire() as wire:
                wire.send(message(server, f"GET {here}{path}")).answer("GET", path).expect(status)

    def test_the_token_in_it_counts(self, server):
        asked = target("/v1/stats", token=server.token)
        lines = [f"GET http://{server.address}{asked} HTTP/1.1", f"Host: {server.address}"]
        with server.wire() as wire:
            wire.send("\r\n".join(lines) + "\r\n\r\n").answer("GET", "/v1/stats").expect(200)

    @pytest.mark.parametrize(
        "host",
        [
            "evil.example",
            "evil.example:80",
            "127.0.0.1.evil.example",
            "localhost.evil.example",
            "store.example.evil.example",
        ],
    )
    def test_another_host_is_refused_whatever_the_header_says(self, server, host):
        with server.wire() as wire:
            answer = wire.send(message(server, f"GET http://{host}/v1/stats")).answer()
            answer.expect(403, "host_not_allowed")
        with server.wire() as wire:
            answer = wire.send(_emit(server, f"http://{host}{EMIT}")).answer("POST", EMIT)
            answer.expect(403, "host_not_allowed")

    @pytest.mark.parametrize(
        "where",
        [
            "http:///v1/stats",
            "http://",
            "http://a b/v1/stats",
            "http://127.0.0.1:port/v1/stats",
            "http://user@127.0.0.1/v1/stats",
            "http:/v1/stats",
            "ftp://127.0.0.1/v1/stats",
            "http://127.0.0.1/v1/stats#a",
        ],
    )
    def test_one_that_is_none(self, server, smuggled, where):
        with server.wire() as wire:
            wire.send(message(server, f"GET {where}") + smuggled)
            assert wire.answer().status in (400, 403)


class TestTheServerItself:
    def test_its_options(self, server):
        with server.wire() as wire:
            wire.send(message(server, "OPTIONS *", "Connection: close"))
            head, _, body = wire.rest().partition(b"\r\n\r\n")
        lines = head.decode().split("\r\n")
        assert lines[0].startswith("HTTP/1.1 204 ")
        (allow,) = [line[6:].strip() for line in lines if line.lower().startswith("allow:")]
        assert {"GET", "HEAD", "POST", "OPTIONS"} <= set(allow.replace(" ", "").split(","))
        assert body == b""

    def test_the_connection_goes_on_after_them(self, server):
        with server.wire() as wire:
            wire.send(message(server, "OPTIONS *") + message(server, "GET /nowhere"))
            assert wire.receive()
            wire.send(message(server, "GET /healthz", "Connection: close"))
            statuses = [answer[:3] for answer in wire.rest().split(b"HTTP/1.1 ")[1:]]
        assert statuses == [b"204", b"404", b"200"]

    @pytest.mark.parametrize("method", ["GET", "POST", "HEAD", "DELETE"])
    def test_nothing_else_is_asked_of_it(self, server, method):
        with server.wire() as wire:
            wire.send(message(server, f"{method} *", "Content-Length: 0"))
            wire.answer(method, "*").expect(400)

    def test_a_host_that_is_not_allowed_does_not_get_them(self, server):
        with server.wire() as wire:
            wire.send("OPTIONS * HTTP/1.1\r\nHost: evil.example\r\n\r\n")
            wire.answer("OPTIONS", "*").expect(403, "host_not_allowed")
