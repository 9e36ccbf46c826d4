"""What is wrong with an upload is told before its body is asked for."""

import pytest

from client import target

WHERE = {"task_id": "bees", "attempt": 1, "producer_agent": "writer"}

pytestmark = pytest.mark.usefixtures("unharmed")


@pytest.fixture(params=["/v1/outputs/content", "/v1/outputs/blob"])
def path(request):
    return request.param


def _head(server, where, **changed):
    fields = {
        "Host": server.address,
        "Authorization": f"Bearer {server.token}",
        "Content-Type": "text/plain",
        "Content-Length": 11,
        "Expect": "100-continue",
        **{name.replace("_", "-"): value for name, value in changed.items()},
    }
    lines = [f"{name}: {value}" for name, value in fields.items() if value is not None]
    return "\r\n".join([f"POST {where} HTTP/1.1", *lines]) + "\r\n\r\n"


def _refusal(server, path, where, smuggled, **fields):
    """The first answer to a head alone, after which its body is no request."""
    with server.wire() as wire:
        answer = wire.send(_head(server, where, **fields)).answer("POST", path)
        wire.send(smuggled)
        if answer.headers.get("Connection", "").lower() == "close":
            assert wire.rest() == b""
        return answer


def test_what_is_right_is_asked_for(server, client, path):
    key = path.replace("/", "-")
    with server.wire() as wire:
        wire.send(_head(server, target(path, **WHERE), Idempotency_Key=key))
        assert wire.answer("POST", path).status == 100
        out_id = wire.send("Bees dance.").answer("POST", path).out_id
    assert client.get(f"/v1/outputs/{out_id}/content").expect(200).text == "Bees dance."


@pytest.mark.parametrize("missing", WHERE)
def test_a_missing_parameter(server, path, smuggled, missing):
    where = {name: value for name, value in WHERE.items() if name != missing}
    answer = _refusal(server, path, target(path, **where), smuggled)
    assert missing in answer.expect(400, "bad_request").json["detail"]


@pytest.mark.parametrize(
    "changed",
    [
        {"attempt": "x"},
        {"attempt": "-1"},
        {"attempt": "4294967296"},
        {"type": "poem"},
        {"type": "progress"},
        {"type": "artifact"},
        {"ok": "perhaps"},
        {"colour": "red"},
        {"attempt": [1, 1]},
    ],
    ids=str,
)
def test_a_parameter_that_is_none(server, path, smuggled, changed):
    answer = _refusal(server, path, target(path, **{**WHERE, **changed}), smuggled)
    answer.expect(400, "bad_request")


@pytest.mark.parametrize("key", ["", "a b", "x" * 256, "höney"])
def test_a_key_that_is_none(server, path, smuggled, key):
    answer = _refusal(server, path, target(path, **WHERE), smuggled, Idempotency_Key=key)
    assert "Idempotency-Key" in answer.expect(400, "bad_request").json["detail"]


@pytest.mark.parametrize(
    "limits",
    [
        ("--task", "wasps"),
        ("--task", "bees", "--attempt", "2"),
        ("--agent", "editor"),
    ],
)
def test_a_token_that_is_limited(server, path, smuggled, limits):
    token = server.mint("emit", *limits)
    where = target(path, **WHERE)
    answer = _refusal(server, path, where, smuggled, Authorization=f"Bearer {token}")
    answer.expect(403, "forbidden")


def test_a_token_without_the_scope(server, path, smuggled):
    token = server.mint("read")
    where = target(path, **WHERE)
    answer = _refusal(server, path, where, smuggled, Authorization=f"Bearer {token}")
    answer.expect(403, "forbidden")


def test_a_type_that_cannot_be_a_text(server, smuggled):
    path = "/v1/outputs/content"
    answer = _refusal(server, path, target(path, **WHERE), smuggled, Content_Type="image/png")
    answer.expect(415, "unsupported_media_type")


def test_nothing_of_what_was_refused_is_stored(server, client, path, smuggled):
    """Though its body was sent at once."""
    where = target(path, **{**WHERE, "producer_agent": "eager", "attempt": "x"})
    with server.wire() as wire:
        wire.send(_head(server, where) + "Bees dance.")
        wire.answer("POST", path).expect(400, "bad_request")
    client.get("/v1/latest", producer_agent="eager").expect(404, "not_found")
