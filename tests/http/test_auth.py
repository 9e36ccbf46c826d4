"""Who may do what."""

import base64
import hashlib
import hmac
import json
import time

import pytest

from calls import INITIALIZE
from messages import message
from outputs import output
from server import eventually

SERVER_OPTIONS = ("--log-level", "debug")


def _base64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _parts(token):
    def read(part):
        return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))

    header, claims, _ = token.split(".")
    return read(header), read(claims)


def _forged(header, claims, key=b"secret", digest=hashlib.sha256):
    signed = f"{_base64(json.dumps(header).encode())}.{_base64(json.dumps(claims).encode())}"
    return f"{signed}.{_base64(hmac.new(key, signed.encode(), digest).digest())}"


class TestTokens:
    def test_without_one(self, server):
        with server.anonymous() as caller:
            answer = caller.get("/v1/stats").expect(401, "unauthorized")
            assert answer.headers["WWW-Authenticate"].startswith("Bearer")
            assert "invalid_token" not in answer.headers["WWW-Authenticate"]
            caller.emit(output()).expect(401, "unauthorized")

    @pytest.mark.parametrize(
        "field",
        [
            "Bearer x",
            "Bearer a.b.c",
            "Bearer ...",
            "Bearer " + "x" * 5000,
            "Bearer e30.e30.",
            "bearer x",
        ],
    )
    def test_one_that_is_malformed(self, server, field):
        with server.anonymous() as caller:
            answer = caller.get("/v1/stats", {"Authorization": field}).expect(401, "unauthorized")
            assert 'error="invalid_token"' in answer.headers["WWW-Authenticate"]

    @pytest.mark.parametrize(
        "field", ["Basic dXNlcjpwYXNz", "Bearer", "Bearer ", "", "Digest x", "Bearerx"]
    )
    def test_another_scheme(self, server, field):
        with server.anonymous() as caller:
            caller.get("/v1/stats", {"Authorization": field}).expect(401, "unauthorized")

    def test_the_scheme_may_be_spelt_in_any_case(self, server):
        with server.anonymous() as caller:
            for scheme in ("bearer", "BEARER", "Bearer"):
                caller.get("/v1/stats", {"Authorization": f"{scheme} {server.token}"}).expect(200)

    def test_its_claims(self, server):
        token = server.mint(
            "emit read", "--subject", "bee", "--task", "t", "--attempt", "3", "--agent", "a"
        )
        header, claims = _parts(token)
        assert header["alg"] == "HS256"
        assert set(claims["scope"].split()) == {"emit", "read"}
        assert (claims["sub"], claims["task_id"], claims["attempt"]) == ("bee", "t", 3)
        assert claims["producer_agent"] == "a"
        assert claims["exp"] > claims["iat"] >= time.time() - 60
        assert claims["jti"] != _parts(server.mint("emit read"))[1]["jti"]

    def test_one_that_is_forged(self, server):
        header, claims = _parts(server.token)
        first, second, signature = server.token.split(".")
        more = _base64(json.dumps({**claims, "exp": claims["exp"] + 1}).encode())
        flipped = ("A" if signature[0] != "A" else "B") + signature[1:]
        forgeries = [
            f"{first}.{more}.{signature}",
            f"{first}.{second}.{flipped}",
            f"{first}.{second}.",
            f"{first}.{second}",
            f"{first}.{second}.{signature}.x",
            f"{first}.{second}.{signature}A",
            _forged(header, claims),
            _forged(header, claims, b""),
            _forged({**header, "alg": "HS512"}, claims, digest=hashlib.sha512),
        ]
        for algorithm in ("none", "None", "NONE", ""):
            unsigned = _forged({**header, "alg": algorithm}, claims).rsplit(".", 1)[0]
            forgeries += [f"{unsigned}.", unsigned, f"{unsigned}.{signature}"]
        with server.anonymous() as caller:
            for forgery in forgeries:
                answer = caller.get("/v1/stats", {"Authorization": f"Bearer {forgery}"})
                answer.expect(401, "unauthorized")
                assert 'error="invalid_token"' in answer.headers["WWW-Authenticate"], forgery

    def test_one_that_expires(self, server):
        token = server.mint("read", "--expires", "1s")
        with server.client(token) as caller:
            answer = eventually(
                lambda: answer if (answer := caller.get("/v1/stats")).status != 200 else None,
                "its end",
            )
            answer.expect(401, "unauthorized")
            assert 'error="invalid_token"' in answer.headers["WWW-Authenticate"]

    def test_what_needs_none(self, server):
        with server.anonymous() as caller:
            for path in ("/healthz", "/readyz", "/openapi.json", "/"):
                caller.get(path).expect(200)
                caller.head(path).expect(200)


class TestPlaces:
    """Where a token stands: in the header, or in the query."""

    def test_in_the_query(self, server):
        with server.anonymous() as caller:
            caller.get("/v1/stats", token=server.token).expect(200)
            caller.get("/v1/stats", token="x").expect(401, "unauthorized")
            caller.get("/v1/stats", token="").expect(401, "unauthorized")

    def test_the_header_wins(self, server):
        with server.anonymous() as caller:
            good = {"Authorization": f"Bearer {server.token}"}
            caller.get("/v1/stats", good, token="x").expect(200)
            caller.get("/v1/stats", {"Authorization": "Bearer x"}, token=server.token).expect(401)
            caller.get("/v1/stats", {"Authorization": "Basic x"}, token=server.token).expect(401)


@pytest.fixture
def whispered(server):
    """A token of which nothing may be in the log once the test has ended."""
    token = server.mint("emit read", "--subject", "whisperer")
    yield token
    with server.client(token) as caller:
        caller.get("/v1/stats", {"X-Request-Id": "after-the-tokens"}).expect(200)
    eventually(lambda: "after-the-tokens" in server.log_text, "the log")
    for part in (token, token[:-6], *token.split(".")[1:]):
        assert part not in server.log_text and part not in server.out
    assert "whisperer" in server.log_text


class TestNoTokenIsLogged:
    def test_of_what_is_answered_and_what_is_refused(self, server, whispered):
        with server.anonymous() as caller:
            caller.get("/v1/stats", token=whispered).expect(200)
            caller.get("/v1/outputs", token=whispered, limit="x").expect(400)
            caller.get("/v1/outputs", token=[whispered, whispered]).expect(400)
            caller.get("/nowhere", token=whispered).expect(404)
            caller.get("/v1/stats", token=whispered[:-6] + "AAAAAA").expect(401)
            caller.get("/v1/backup", token=whispered).expect(403)
            caller.request("PUT", "/v1/stats", token=whispered).expect(405)
            caller.get("/v1/stats", {"Authorization": f"Bearer {whispered}"}).expect(200)

    def test_of_a_target_that_is_too_long(self, server, whispered):
        with server.anonymous() as caller:
            caller.get("/v1/outputs", token=whispered, task_id="x" * 8192).expect(414)
            caller.get("/v1/outputs", token=whispered + "x" * 8192).expect(414)

    @pytest.mark.parametrize("rest", ["&task_id=%zz", "&task_id=%ff", "&\u00e9", "#", "?token="])
    def test_of_a_target_that_is_malformed(self, server, whispered, rest):
        with server.wire() as wire:
            asked = message(server, f"GET /v1/outputs?token={whispered}{rest}", "Connection: close")
            wire.send(asked).answer("GET", "/v1/outputs")

    def test_of_an_absolute_target(self, server, whispered):
        with server.wire() as wire:
            asked = f"GET http://{server.address}/v1/stats?token={whispered}"
            wire.send(message(server, asked)).answer("GET", "/v1/stats")

    def test_of_what_options_are_there(self, server, whispered):
        with server.anonymous() as caller:
            caller.request("OPTIONS", "/v1/outputs", token=whispered).expect(204)

    def test_of_a_stream(self, server, whispered):
        with server.anonymous() as caller:
            named = {"X-Request-Id": "a-stream"}
            answer, response = caller.open("GET", "/v1/stream", None, named, token=whispered)
            response.close()
            answer.expect(200)
        eventually(lambda: "a-stream" in server.log_text, "the log of a stream that has ended")

    def test_of_mcp(self, server, whispered):
        with server.anonymous() as caller:
            caller.post("/mcp", INITIALIZE, token=whispered).expect(200)
            caller.post("/mcp", b"{", token=whispered).expect(400)
            caller.request("DELETE", "/mcp", token=whispered).expect(400)
