"""An HTTP client whose every answer is checked against the server's own description."""

import json
import urllib.parse

PATIENCE_S = 60


class Answer:
    """What came back. `body` is None where it was not read."""

    def __init__(self, method, target, status, headers, body):
        self.method = method
        self.target = target
        self.status = status
        self.headers = headers
        self.body = body

    def __repr__(self):
        start = self.body[:400] if self.body else self.body
        return f"{self.method} {self.target[:200]} -> {self.status} {start!r}"

    @property
    def text(self):
        return self.body.decode()

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def problem(self):
        """The last word of the problem's type."""
        assert self.headers["Content-Type"] == "application/problem+json", self
        return self.json["type"].removeprefix("urn:skep:problem:")

    def expect(self, status, problem=None):
        """This answer, if it has that status, and that problem."""
        assert self.status == status, self
        if problem is not None:
            assert self.problem == problem, self
        return self

    @property
    def out_id(self):
        return self.expect(200).json["out_id"]


def target(path, **parameters):
    """A request target with `parameters`, percent-encoded, as its query."""
    query = urllib.parse.urlencode(parameters, doseq=True, quote_via=urllib.parse.quote)
    return f"{path}?{query}" if query else path


def quoted(word):
    """`word` as one segment of a path."""
    return urllib.parse.quote(word, safe="")


class Client:
    """One caller with one connection, kept alive. Not for use by several threads."""

    def __init__(self, server, token=None):
        self.server = server
        self.token = token
        self._connection = None

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.close()

    def close(self):
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def open(self, method, path, body=None, headers=(), **parameters):
        """Sends a request; gives the answer's head with `body` unread, and the response."""
        fields = dict(headers)
        if self.token is not None and "Authorization" not in fields:
            fields["Authorization"] = f"Bearer {self.token}"
        fields = {name: value for name, value in fields.items() if value is not None}
        where = target(path, **parameters)
        if self._connection is None:
            self._connection = self.server.http_connection()
        try:
            self._connection.request(
                method, where, body, fields, encode_chunked="Transfer-Encoding" in fields
            )
            response = self._connection.getresponse()
        except Exception:
            self.close()
            raise
        return Answer(method, where, response.status, response.headers, None), response

    def request(self, method, path, body=None, headers=(), **parameters):
        try:
            answer, response = self.open(method, path, body, headers, **parameters)
            answer.body = response.read()
        except Exception:
            self.close()
            raise
        self.server.contract.check(answer)
        return answer

    def get(self, path, headers=(), **parameters):
        return self.request("GET", path, None, headers, **parameters)

    def head(self, path, headers=(), **parameters):
        return self.request("HEAD", path, None, headers, **parameters)

    def post(self, path, body, headers=(), content_type="application/json", **parameters):
        """`body` is bytes or text that is sent as it is, or a value that is sent as JSON."""
        if not isinstance(body, (bytes, str)):
            body = json.dumps(body, ensure_ascii=False)
        if isinstance(body, str):
            body = body.encode()
        return self.request(
            "POST", path, body, {"Content-Type": content_type, **dict(headers)}, **parameters
        )

    def emit(self, output, headers=()):
        return self.post("/v1/data/emit", output, headers)

    def pages(self, path, **parameters):
        """All pages of a listing, one after another."""
        cursor = {}
        for _ in range(10_000):
            page = self.get(path, **parameters, **cursor).expect(200).json
            yield page
            if page["next_cursor"] is None:
                return
            cursor = {"cursor": page["next_cursor"]}
        raise AssertionError(f"{path} has no end")
