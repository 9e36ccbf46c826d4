"""Every operation of the description, asked with every kind of token."""

import pytest

from calls import CALLS, EMIT, JSON, NDJSON, TEXT, ask

pytest_plugins = ("calls",)

SCOPES = ("emit", "read", "admin")
HELD = (*SCOPES, "emit read")
OPEN = {
    f"{method} {path}"
    for method in ("GET", "HEAD")
    for path in ("/", "/healthz", "/readyz", "/openapi.json")
}


@pytest.fixture(scope="module")
def tokens(server):
    return {held: server.mint(held) for held in HELD}


def _security_of(server, operation):
    method, template = operation.split(" ")
    return server.contract.document["paths"][template][method.lower()]["security"]


def _scope_of(server, operation):
    (scope,) = _security_of(server, operation)[0]["bearer"]
    return scope


def _is_enough(held, needed):
    return needed in held.split() or held == "admin"


class TestDescription:
    def test_every_operation_is_tried_here(self, server):
        guarded, unguarded = set(), set()
        for template, item in server.contract.document["paths"].items():
            for method, operation in item.items():
                named = guarded if operation["security"] else unguarded
                named.add(f"{method.upper()} {template}")
        assert guarded == set(CALLS)
        assert {name for name in unguarded if not name.startswith("OPTIONS ")} == OPEN

    @pytest.mark.parametrize("operation", CALLS)
    def test_it_names_one_scope_and_both_places_of_a_token(self, server, operation):
        scope = _scope_of(server, operation)
        assert scope in SCOPES
        assert _security_of(server, operation) == [{"bearer": [scope]}, {"query_token": [scope]}]


@pytest.mark.parametrize("operation", CALLS)
class TestEachOperation:
    def test_is_closed_to_whoever_has_no_token(self, server, ref, operation):
        with server.anonymous() as caller:
            answer = ask(caller, operation, ref)
        assert answer.status == 401 and answer.headers["WWW-Authenticate"] == "Bearer"

    def test_is_closed_to_a_forged_token(self, server, ref, operation):
        signed, _, signature = server.token.rpartition(".")
        with server.client(f"{signed}.{'A' * len(signature)}") as caller:
            answer = ask(caller, operation, ref)
        assert answer.status == 401
        assert 'error="invalid_token"' in answer.headers["WWW-Authenticate"]

    @pytest.mark.parametrize("held", HELD)
    def test_is_open_to_its_scope_alone(self, server, tokens, ref, operation, held):
        needed = _scope_of(server, operation)
        with server.client(tokens[held]) as caller:
            answer = ask(caller, operation, ref)
        if _is_enough(held, needed):
            assert answer.status == CALLS[operation].status, answer
        else:
            assert answer.status == 403, answer
            assert f'scope="{needed}"' in answer.headers["WWW-Authenticate"]


CONTENT = "/v1/outputs/content?task_id=bees&attempt=1&producer_agent=writer"
HUGE = {"Content-Length": "99999999999999"}
MISTAKES = {
    "malformed JSON": (400, "POST", "/v1/data/emit", {"Content-Type": JSON}, b"{"),
    "JSON of another shape": (422, "POST", "/v1/data/emit", {"Content-Type": JSON}, b"[]"),
    "no Content-Type": (415, "POST", "/v1/data/emit", {}, EMIT),
    "another Content-Type": (415, "POST", "/v1/data/emit", {"Content-Type": TEXT}, EMIT),
    "another of a batch": (415, "POST", "/v1/outputs", {"Content-Type": JSON}, EMIT),
    "another of a body": (415, "POST", CONTENT, {"Content-Type": "image/png"}, b"x"),
    "an encoded body": (
        415,
        "POST",
        "/v1/data/emit",
        {"Content-Type": JSON, "Content-Encoding": "gzip"},
        EMIT,
    ),
    "a huge emit": (413, "POST", "/v1/data/emit", {"Content-Type": JSON, **HUGE}, None),
    "a huge batch": (413, "POST", "/v1/outputs", {"Content-Type": NDJSON, **HUGE}, None),
    "a huge import": (413, "POST", "/v1/records", {"Content-Type": NDJSON, **HUGE}, None),
    "a huge body of a GET": (413, "GET", "/v1/stats", HUGE, None),
    "another Expect": (
        417,
        "POST",
        "/v1/data/emit",
        {"Content-Type": JSON, "Expect": "nothing"},
        EMIT,
    ),
    "a missing parameter": (400, "GET", "/v1/latest", {}, None),
    "an unknown parameter": (400, "GET", "/v1/stats?unknown=1", {}, None),
    "a wrong parameter": (400, "GET", "/v1/outputs?limit=x", {}, None),
    "a wrong parameter of an emit": (400, "POST", f"{CONTENT}&type=x", {"Content-Type": TEXT}, b""),
    "a wrong parameter of an import": (
        400,
        "POST",
        "/v1/records?adopt_blobs=x",
        {"Content-Type": NDJSON},
        b"",
    ),
    "a wrong header": (
        400,
        "POST",
        "/v1/data/emit",
        {"Content-Type": JSON, "Idempotency-Key": "a b"},
        EMIT,
    ),
    "a policy of another shape": (422, "POST", "/v1/prune", {"Content-Type": JSON}, b"[]"),
    "an output that is not there": (404, "GET", "/v1/outputs/out-0000000000", {}, None),
}


@pytest.mark.parametrize("mistake", MISTAKES)
class TestTheTokenComesFirst:
    """Whoever may not ask is told nothing of what else is wrong."""

    def _ask(self, caller, mistake):
        _, method, path, headers, body = MISTAKES[mistake]
        return caller.request(method, path, body, headers)

    def test_without_one(self, server, mistake):
        with server.anonymous() as caller:
            self._ask(caller, mistake).expect(401, "unauthorized")

    def test_with_one_of_too_small_a_scope(self, server, tokens, mistake):
        _, method, path, _, _ = MISTAKES[mistake]
        needed = _scope_of(server, f"{method} {server.contract.path_of(path)}")
        held = "emit" if needed == "read" else "read"
        with server.client(tokens[held]) as caller:
            self._ask(caller, mistake).expect(403, "forbidden")

    def test_with_a_good_one_the_mistake_is_told(self, server, client, mistake):
        self._ask(client, mistake).expect(MISTAKES[mistake][0])
