"""Who may do what."""

import base64
import hashlib
import hmac
import json
import time

import pytest

from client import target
from events import EventStream
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


REF = "out-0000000000"
WHERE = {"task_id": "t", "attempt": 1, "producer_agent": "a"}
ROUTES = [
    ("POST", "/v1/data/emit", "emit"),
    ("POST", "/v1/data/a", "emit"),
    ("POST", "/v1/outputs", "emit"),
    ("POST", target("/v1/outputs/content", **WHERE), "emit"),
    ("POST", "/v1/records", "admin"),
    ("POST", "/v1/blobs", "admin"),
    ("GET", "/v1/data/a", "read"),
    ("GET", f"/v1/outputs/{REF}", "read"),
    ("GET", f"/v1/outputs/{REF}/content", "read"),
    ("GET", target("/v1/latest", **WHERE), "read"),
    ("GET", target("/v1/latest/content", **WHERE), "read"),
    ("GET", "/v1/outputs", "read"),
    ("GET", "/v1/tasks", "read"),
    ("GET", "/v1/runs", "read"),
    ("GET", "/v1/agents", "read"),
    ("GET", "/v1/stats", "read"),
    ("GET", "/metrics", "read"),
    ("GET", "/v1/stream", "read"),
    ("POST", "/mcp", "read"),
    ("GET", "/mcp", "read"),
    ("DELETE", "/mcp", "read"),
]
TYPES = {"/v1/outputs": "application/x-ndjson", "/v1/records": "application/x-ndjson"}


@pytest.mark.parametrize("held", ["emit", "read", "emit read", "admin"])
def test_scopes(server, held):
    token = server.mint(held)
    for method, path, needed in ROUTES:
        allowed = needed in held.split() or held == "admin"
        if path == "/v1/stream":
            with EventStream(server, token) as stream:
                assert stream.answer.status == (200 if allowed else 403)
            continue
        with server.client(token) as caller:
            if method == "POST":
                answer = caller.post(path, b"\n", content_type=TYPES.get(path, "application/json"))
            else:
                answer = caller.request(method, path)
            if allowed:
                assert answer.status not in (401, 403), answer
            else:
                answer.expect(403, "forbidden")


def test_the_description_names_the_scopes(server):
    for method, path, scope in ROUTES:
        template = server.contract.path_of(path)
        operation = server.contract.document["paths"][template][method.lower()]
        assert operation["security"] == [{"bearer": [scope]}, {"query_token": [scope]}]


def test_no_token_is_logged(server):
    token = server.mint("emit read", "--subject", "whisperer")
    with server.anonymous() as caller:
        caller.get("/v1/stats", token=token).expect(200)
        caller.get("/v1/outputs", token=token, limit="x").expect(400)
        caller.get("/nowhere", token=token).expect(404)
        caller.get("/v1/stats", token=token[:-6] + "AAAAAA").expect(401)
        caller.get("/v1/stats", {"Authorization": f"Bearer {token}"}).expect(200)
        last = caller.get("/v1/stats", {"X-Request-Id": "after-the-tokens"}, token=token)
        last.expect(200)
    eventually(lambda: "after-the-tokens" in server.log_text, "the log")
    for part in (token, token[:-6], token.split(".")[2], token.split(".")[1]):
        assert part not in server.log_text and part not in server.out
    assert "whisperer" in server.log_text
