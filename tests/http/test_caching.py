"""What caches and browsers are told of every answer."""

import pytest

from calls import CALLS, ask
from messages import message
from outputs import final, output

pytest_plugins = ("calls",)

KEPT_FOR_EVER = "private, max-age=31536000, immutable"
OF_THEIR_OWN = {
    f"{method} {path}": value
    for method in ("GET", "HEAD")
    for path, value in (
        ("/v1/outputs/{ref}/content", KEPT_FOR_EVER),
        ("/v1/latest/content", "private, no-cache"),
    )
}


def _cache_control(answer):
    return answer.headers.get_all("Cache-Control", [])


def _is_never_sniffed(answer):
    return answer.headers.get_all("X-Content-Type-Options") == ["nosniff"]


@pytest.mark.parametrize("operation", CALLS)
class TestWhatNeedsAToken:
    def test_is_kept_by_nobody_unless_it_says_so(self, client, ref, operation):
        answer = ask(client, operation, ref)
        assert _cache_control(answer) == [OF_THEIR_OWN.get(operation, "no-store")]
        assert _is_never_sniffed(answer)

    def test_its_refusals_are_kept_by_nobody(self, server, operation):
        with server.anonymous() as caller:
            answer = ask(caller, operation)
        assert answer.status == 401 and _cache_control(answer) == ["no-store"]
        assert _is_never_sniffed(answer)


def test_problems_are_kept_by_nobody(server, client):
    out_id = client.emit(output()).out_id
    content = f"/v1/outputs/{out_id}/content"
    with server.client(server.mint("emit")) as emitter:
        for answer in (
            emitter.get("/v1/stats").expect(403),
            emitter.get(content).expect(403),
            client.get("/v1/outputs", limit="x").expect(400),
            client.get("/v1/outputs/out-0000000000").expect(404),
            client.get("/v1/outputs/out-0000000000/content").expect(404),
            client.get("/v1/latest/content", producer_agent="nobody").expect(404),
            client.get(content, {"Range": "bytes=999-"}).expect(416),
            client.emit("{").expect(400),
            client.emit({}).expect(422),
            client.post("/v1/data/emit", "", content_type="text/plain").expect(415),
        ):
            assert _cache_control(answer) == ["no-store"], answer
            assert _is_never_sniffed(answer), answer


def test_what_may_be_kept_says_so_when_it_is_asked_for_again(client):
    out_id = client.emit(output(event=final("Bees dance."))).out_id
    content = f"/v1/outputs/{out_id}/content"
    etag = client.get(content).expect(200).headers["ETag"]
    for answer in (
        client.get(content, {"If-None-Match": etag}).expect(304),
        client.get(content, {"Range": "bytes=0-3"}).expect(206),
    ):
        assert _cache_control(answer) == [KEPT_FOR_EVER], answer
        assert _is_never_sniffed(answer), answer


def test_nothing_is_sniffed(server, client):
    with server.anonymous() as stranger:
        for answer in (
            *(stranger.get(path).expect(200) for path in ("/", "/healthz", "/readyz")),
            stranger.get("/openapi.json").expect(200),
            stranger.request("OPTIONS", "/v1/stats").expect(204),
            client.get("/nowhere").expect(404),
            client.request("DELETE", "/v1/stats").expect(405),
            client.get("/v1/stats", {"Host": "evil.example"}).expect(403),
            client.get("/v1/stats", {"Origin": "http://evil.example"}).expect(403),
            client.get("/v1/data/" + "x" * 8192).expect(414),
            client.get("/healthz", {"X-Long": "x" * 17_000}).expect(431),
        ):
            assert _is_never_sniffed(answer), answer
    with server.wire() as wire:
        answer = wire.send(message(server, "GET /healthz HTTP/9")).answer().expect(400)
        assert _is_never_sniffed(answer), answer


def test_the_page_for_people_tells_no_other_page_where_it_was(server):
    with server.anonymous() as stranger:
        for answer in (stranger.get("/").expect(200), stranger.head("/").expect(200)):
            assert answer.headers["Referrer-Policy"] == "no-referrer"
