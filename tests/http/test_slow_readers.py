"""Clients that do not take what they asked for."""

import ssl
import time

import pytest

from certificates import certificate_in
from client import target
from load import metric
from messages import message
from server import Server, eventually

SIZE = 32 * 2**20  # More than what lies in the buffers of two sockets.
TEXT = b"Bees dance in the hive. " * (SIZE // 24)


@pytest.fixture(scope="module", params=["plain", "tls"])
def serving(request, tmp_path_factory):
    """A server that waits a second for its readers: (it, where the large text is)."""
    folder, options = tmp_path_factory.mktemp("store"), ["--write-timeout", "1"]
    cert = None
    if request.param == "tls":
        cert, key = certificate_in(folder)
        options += ["--tls-cert", cert, "--tls-key", key]
    server = Server(folder, *options, ca=cert)
    with server.client() as caller:
        where = target("/v1/outputs/content", task_id="t", attempt=1, producer_agent="a")
        answer = caller.post(where, TEXT, content_type="text/plain")
    yield server, f"/v1/outputs/{answer.out_id}/content"
    server.stop()


def _connected(server):
    connected = server.socket()
    if server.scheme == "https":
        context = ssl.create_default_context(cafile=server.ca)
        return context.wrap_socket(connected, server_hostname="127.0.0.1")
    return connected


def _received(connected):
    """What comes until the server closes."""
    count = 0
    try:
        while data := connected.recv(2**20):
            count += len(data)
    except (ConnectionError, ssl.SSLError):
        pass
    return count


def test_a_client_that_takes_nothing_is_cut(serving):
    server, path = serving
    with server.client() as caller:
        eventually(lambda: metric(caller, "skep_http_connections") == 1, "no other connection")
        with _connected(server) as connected:
            connected.sendall(message(server, f"GET {path}").encode())
            eventually(lambda: metric(caller, "skep_http_connections") == 2, "one")
            eventually(lambda: metric(caller, "skep_http_connections") == 1, "the client is cut")
            assert _received(connected) < SIZE


def test_a_client_that_takes_a_little_all_the_time_gets_all(serving):
    server, path = serving
    with _connected(server) as connected:
        connected.sendall(message(server, f"GET {path}", "Connection: close").encode())
        began, count = time.monotonic(), 0
        for _ in range(30):  # Three times as long as the server waits for one that takes nothing.
            end = count + SIZE // 40
            while count < end:
                count += len(connected.recv(2**16))
            time.sleep(0.1)
        assert time.monotonic() - began > 3
        count += _received(connected)
    assert count > SIZE
