"""Bytes on a connection, and the answers among what comes back."""

import http.client
import io
import socket
import time

from client import PATIENCE_S, Answer


class Wire:
    """A connection. What the server sends is kept until it is read as answers."""

    def __init__(self, connected, server):
        self.socket = connected
        self.server = server
        self.closed = False  # By the server.
        self._pending = b""

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.socket.close()

    def send(self, data):
        """Sends as much of `data` as the server takes before it closes."""
        if isinstance(data, str):
            data = data.encode()
        try:
            self.socket.sendall(data)
        except OSError:
            pass  # What it answered before that can still be read.
        return self

    def receive(self, wait_s=PATIENCE_S):
        """Waits for more bytes; False if the server closed, or nothing came in time."""
        self.socket.settimeout(wait_s)
        try:
            data = self.socket.recv(1 << 16)
        except (TimeoutError, socket.timeout):
            return False
        except OSError:
            data = b""
        self.closed = not data
        self._pending += data
        return bool(data)

    def answer(self, method="GET", target="/healthz"):
        """The next answer, checked, to a request of that method and target."""
        while True:
            parsed = _parse(self._pending, method, target, self.closed)
            if parsed is not None:
                answer, self._pending = parsed
                if answer.status >= 200:
                    self.server.contract.check(answer)
                return answer
            assert not self.closed, f"closed after {self._pending[:400]!r}"
            assert self.receive() or self.closed, f"nothing follows {self._pending[:400]!r}"

    def rest(self):
        """What else comes until the server closes, which it has to do."""
        end = time.monotonic() + PATIENCE_S
        while not self.closed and time.monotonic() < end:
            self.receive()
        assert self.closed, f"still open after {PATIENCE_S} s"
        return self._pending

    def refused(self, *statuses, method="GET", target="/healthz"):
        """The one answer there is, with one of `statuses`, before the server closes."""
        answer = self.answer(method, target)
        assert answer.status in statuses, answer
        assert self.rest() == b"", f"after {answer} came {self.rest()[:400]!r}"
        return answer


def _parse(data, method, target, at_end):
    """The first answer in `data` and what follows it; None if it is not whole."""
    head, separator, rest = data.partition(b"\r\n\r\n")
    if not separator:
        return None
    status_line, _, fields = head.partition(b"\r\n")
    version, status, *_ = status_line.split(b" ", 2)
    assert version == b"HTTP/1.1" or version == b"HTTP/1.0", f"not an answer: {data[:400]!r}"
    headers = http.client.parse_headers(io.BytesIO(fields + b"\r\n\r\n"))
    answer = Answer(method, target, int(status), headers, b"")
    if method == "HEAD" or answer.status < 200 or answer.status in (204, 304):
        return answer, rest
    if headers.get("Transfer-Encoding") == "chunked":
        return _with_chunks(answer, rest)
    if "Content-Length" not in headers:
        answer.body = rest
        return (answer, b"") if at_end else None
    length = int(headers["Content-Length"])
    if len(rest) < length:
        return None
    answer.body = rest[:length]
    return answer, rest[length:]


def _with_chunks(answer, rest):
    body = b""
    while True:
        line, separator, rest = rest.partition(b"\r\n")
        if not separator:
            return None
        size = int(line.split(b";")[0], 16)
        if len(rest) < size + 2:
            return None
        assert rest[size : size + 2] == b"\r\n", "a chunk without an end"
        body += rest[:size]
        rest = rest[size + 2 :]
        if size == 0:
            answer.body = body
            return answer, rest
