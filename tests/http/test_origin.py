"""Which hosts and origins are answered."""

import pytest

from calls import INITIALIZE
from messages import message
from outputs import output

LISTED = "https://console.example"
SERVER_OPTIONS = (
    "--cors-origin",
    LISTED,
    "--cors-origin",
    "http://localhost:5173",
    "--allow-host",
    "store.example",
)


def _cors(answer):
    return [name for name in answer.headers if name.lower().startswith("access-control-")]


class TestHosts:
    @pytest.mark.parametrize(
        "host",
        [
            "127.0.0.1",
            "localhost",
            "LocalHost",
            "[::1]",
            "10.1.2.3",
            "[2001:db8::1]:80",
            "store.example",
            "STORE.example",
            "store.example:8377",
        ],
    )
    def test_one_that_is_allowed(self, client, host):
        client.get("/v1/stats", {"Host": host}).expect(200)

    def test_its_own(self, server, client):
        for host in (server.address, f"localhost:{server.port}"):
            client.get("/v1/stats", {"Host": host}).expect(200)

    @pytest.mark.parametrize(
        "host",
        [
            "evil.example",
            "store.example.evil.example",
            "evil.store.example",
            "localhost.evil.example",
            "127.0.0.1.evil.example",
            "evil.example:8377",
            "localhost.",
            "1",
            "notlocalhost",
        ],
    )
    def test_one_that_is_not(self, client, host):
        client.get("/v1/stats", {"Host": host}).expect(403, "host_not_allowed")
        client.emit(output(), {"Host": host}).expect(403, "host_not_allowed")

    def test_a_page_for_people_is_guarded_too(self, server):
        with server.anonymous() as caller:
            caller.get("/", {"Host": "evil.example"}).expect(403, "host_not_allowed")


class TestOrigins:
    def test_its_own(self, server, client):
        client.get("/v1/stats", {"Origin": f"http://{server.address}"}).expect(200)
        client.emit(output(), {"Origin": f"http://{server.address}"}).expect(200)

    @pytest.mark.parametrize(
        "origin",
        [
            "http://evil.example",
            "null",
            "https://console.example.evil.example",
            "http://console.example",
            "https://console.example:444",
            "https://sub.console.example",
            "file://",
            "",
            "http://127.0.0.1:1",
        ],
    )
    def test_another(self, client, origin):
        before = client.get("/v1/stats").json["output_count"]
        for answer in (
            client.get("/v1/stats", {"Origin": origin}),
            client.emit(output(), {"Origin": origin}),
        ):
            answer.expect(403, "origin_not_allowed")
            assert _cors(answer) == []
        assert client.get("/v1/stats").json["output_count"] == before

    @pytest.mark.parametrize("origin", [LISTED, "http://localhost:5173"])
    def test_one_that_is_listed(self, client, origin):
        for answer in (
            client.get("/v1/stats", {"Origin": origin}).expect(200),
            client.emit(output(), {"Origin": origin}).expect(200),
            client.get("/nowhere", {"Origin": origin}).expect(404),
        ):
            assert answer.headers["Access-Control-Allow-Origin"] == origin

    def test_a_page_of_one_that_is_listed_may_read_what_it_needs(self, client):
        answer = client.get("/v1/stats", {"Origin": LISTED}).expect(200)
        exposed = {
            word.strip() for word in answer.headers["Access-Control-Expose-Headers"].split(",")
        }
        assert exposed == {
            "Accept-Ranges",
            "Content-Range",
            "ETag",
            "Mcp-Session-Id",
            "Retry-After",
            "WWW-Authenticate",
            "X-Request-Id",
        }

    def test_without_one_there_is_nothing_to_allow(self, client):
        assert _cors(client.get("/v1/stats").expect(200)) == []


def _preflight(
    caller, origin, method="POST", path="/v1/data/emit", headers="authorization,content-type"
):
    return caller.request(
        "OPTIONS",
        path,
        None,
        {
            "Origin": origin,
            "Access-Control-Request-Method": method,
            "Access-Control-Request-Headers": headers,
        },
    )


class TestPreflights:
    @pytest.mark.parametrize(
        "path, method", [("/v1/data/emit", "POST"), ("/v1/outputs", "GET"), ("/v1/stream", "GET")]
    )
    def test_of_an_origin_that_is_listed(self, server, path, method):
        with server.anonymous() as caller:  # Preflights bring no token.
            answer = _preflight(caller, LISTED, method, path).expect(204)
        assert answer.headers["Access-Control-Allow-Origin"] == LISTED
        allowed = {
            word.strip() for word in answer.headers["Access-Control-Allow-Methods"].split(",")
        }
        assert method in allowed and "DELETE" not in allowed
        headers = {
            word.strip().lower()
            for word in answer.headers["Access-Control-Allow-Headers"].split(",")
        }
        assert {"authorization", "content-type", "idempotency-key", "last-event-id"} <= headers
        assert answer.headers.get("Access-Control-Allow-Credentials") is None

    @pytest.mark.parametrize("origin", ["http://evil.example", "null"])
    def test_of_another(self, server, origin):
        with server.anonymous() as caller:
            answer = _preflight(caller, origin).expect(403, "origin_not_allowed")
            assert _cors(answer) == []

    def test_without_an_origin(self, server):
        with server.anonymous() as caller:
            answer = caller.request("OPTIONS", "/v1/outputs").expect(204)
            assert "GET" in answer.headers["Allow"] and _cors(answer) == []


def _answers(server, origin=None):
    """Answers of all kinds to whoever comes from `origin`."""
    fields = {} if origin is None else {"Origin": origin}
    with server.client() as caller, server.anonymous() as stranger:
        out_id = caller.emit(output(), fields).out_id
        content = f"/v1/outputs/{out_id}/content"
        etag = caller.get(content, fields).expect(200).headers["ETag"]
        yield caller.get("/v1/stats", fields).expect(200)
        yield caller.head("/v1/stats", fields).expect(200)
        yield caller.get(content, fields).expect(200)
        yield caller.get(content, {"Range": "bytes=0-1", **fields}).expect(206)
        yield caller.get(content, {"If-None-Match": etag, **fields}).expect(304)
        yield caller.get(content, {"Range": "bytes=999-", **fields}).expect(416)
        yield caller.emit("{", fields).expect(400)
        yield caller.emit({}, fields).expect(422)
        yield caller.post("/mcp", INITIALIZE, fields).expect(200)
        yield caller.get("/v1/outputs/out-0000000000", fields).expect(404)
        yield caller.get("/nowhere", fields).expect(404)
        yield caller.request("DELETE", "/v1/stats", None, fields).expect(405)
        yield caller.request("OPTIONS", "/v1/stats", None, fields).expect(204)
        yield caller.get("/v1/stats", {**fields, "Host": "evil.example"}).expect(403)
        yield caller.get("/v1/stats", {**fields, "Origin": "http://evil.example"}).expect(403)
        yield caller.get("/v1/data/" + "x" * 8192, fields).expect(414)
        yield caller.get("/healthz", {**fields, "X-Long": "x" * 17_000}).expect(431)
        for path in ("/", "/healthz", "/openapi.json"):
            yield stranger.get(path, fields).expect(200)
        yield stranger.get("/v1/stats", fields).expect(401)
        answer, response = caller.open("GET", "/v1/stream", None, fields)
        response.close()
        yield answer.expect(200)
    with server.wire() as wire:
        yield wire.send(message(server, "GET /healthz HTTP/9")).answer().expect(400)


class TestCaches:
    """What a cache keeps for one origin it must not give to another."""

    @pytest.mark.parametrize("origin", [None, LISTED, "itself"])
    def test_every_answer_says_that_it_depends_on_the_origin(self, server, origin):
        for answer in _answers(server, server.url if origin == "itself" else origin):
            assert answer.headers.get_all("Vary") == ["Origin"], answer

    @pytest.mark.parametrize("origin", [None, "itself"])
    def test_none_does_where_no_origin_is_listed(self, start, origin):
        server = start()
        for answer in _answers(server, server.url if origin == "itself" else origin):
            assert "Vary" not in answer.headers, answer


class TestBehindAProxy:
    """The proxy speaks TLS, so the server's own origin is https for a browser."""

    PUBLIC = {"Host": "store.example", "Origin": "https://store.example"}

    @pytest.fixture
    def caller(self, start):
        with start("--behind-proxy", "--allow-host", "store.example").client() as caller:
            yield caller

    def test_the_pages_of_its_public_name_may_call_it(self, caller):
        caller.get("/v1/stats", self.PUBLIC).expect(200)
        caller.emit(output(), self.PUBLIC).expect(200)
        with_port = {"Host": "store.example:8443", "Origin": "https://store.example:8443"}
        caller.get("/v1/stats", with_port).expect(200)

    @pytest.mark.parametrize(
        "origin",
        ["https://evil.example", "https://store.example:444", "https://store.example.evil"],
    )
    def test_those_of_another_may_not(self, caller, origin):
        asked = {**self.PUBLIC, "Origin": origin}
        caller.get("/v1/stats", asked).expect(403, "origin_not_allowed")

    def test_a_name_that_is_not_allowed_is_no_origin_either(self, caller):
        asked = {"Host": "evil.example", "Origin": "https://evil.example"}
        caller.get("/v1/stats", asked).expect(403, "host_not_allowed")

    def test_without_a_proxy_there_is_no_https(self, client):
        client.get("/v1/stats", self.PUBLIC).expect(403, "origin_not_allowed")


def test_no_origin_is_listed_unless_it_is_given(start):
    server = start()
    with server.client() as caller:
        caller.get("/v1/stats", {"Origin": LISTED}).expect(403, "origin_not_allowed")
        answer = _preflight(caller, LISTED).expect(403)
        assert _cors(answer) == []
        caller.get("/v1/stats", {"Host": "store.example"}).expect(403, "host_not_allowed")
