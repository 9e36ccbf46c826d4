"""Which hosts and origins are answered."""

import pytest

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
            assert "origin" in answer.headers["Vary"].lower()

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


def test_no_origin_is_listed_unless_it_is_given(start):
    server = start()
    with server.client() as caller:
        caller.get("/v1/stats", {"Origin": LISTED}).expect(403, "origin_not_allowed")
        answer = _preflight(caller, LISTED).expect(403)
        assert _cors(answer) == []
        caller.get("/v1/stats", {"Host": "store.example"}).expect(403, "host_not_allowed")
