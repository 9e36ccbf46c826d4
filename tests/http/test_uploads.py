"""Bodies that are stored as they are."""

import pytest

from client import target
from outputs import artifact, final, partial

TEXT = "Bees dänce 🐝 in the hive."


def _upload(caller, body, content_type="text/plain", headers=(), **parameters):
    where = {"task_id": "bees", "attempt": 1, "producer_agent": "writer", **parameters}
    where = {name: value for name, value in where.items() if value is not None}
    return caller.post("/v1/outputs/content", body, headers, content_type, **where)


def _content(caller, out_id, headers=()):
    return caller.get(f"/v1/outputs/{out_id}/content", headers)


class TestStoring:
    @pytest.mark.parametrize(
        "content_type",
        [
            "text/plain",
            "text/plain; charset=utf-8",
            'text/markdown; charset="UTF-8"',
            "TEXT/HTML",
            "text/plain;charset=us-ascii",
        ],
    )
    def test_a_text_is_a_json_string(self, client, content_type):
        text = TEXT if "ascii" not in content_type else "Bees."
        out_id = _upload(client, text, content_type).out_id
        assert client.get(f"/v1/outputs/{out_id}").json["event"] == final(text)
        assert _content(client, out_id).text == text

    @pytest.mark.parametrize(
        "content_type",
        ["application/json", "application/ld+json", "application/json; charset=utf-8"],
    )
    def test_json_is_the_value_that_it_spells(self, client, content_type):
        out_id = _upload(client, ' {"z": 1e2, "a":[ ]}\n', content_type).out_id
        assert _content(client, out_id).text == '{"z": 1e2, "a":[ ]}'

    def test_what_is_said_of_it_is_kept(self, client):
        parents = ["out-0000000002", "out-0000000001", "out-0000000002"]
        out_id = _upload(
            client,
            "x",
            task_id="",
            attempt=7,
            producer_agent="a+b",
            type="artifact",
            name="the map",
            parent_ref=parents,
        ).out_id
        record = client.get(f"/v1/outputs/{out_id}").json
        assert (record["task_id"], record["attempt"], record["producer_agent"]) == ("", 7, "a+b")
        assert record["event"] == artifact("the map", "x")
        assert record["parent_refs"] == parents

    @pytest.mark.parametrize(
        "parameters, event",
        [
            ({}, final("x")),
            ({"type": "final"}, final("x")),
            ({"ok": "false"}, final("x", ok=False)),
            ({"type": "final", "ok": "true"}, final("x")),
            ({"type": "partial"}, partial("x")),
            ({"type": "artifact", "name": ""}, artifact("", "x")),
        ],
    )
    def test_the_type_of_the_event(self, client, parameters, event):
        out_id = _upload(client, "x", **parameters).out_id
        assert client.get(f"/v1/outputs/{out_id}").json["event"] == event

    @pytest.mark.parametrize(
        "parameters, named",
        [
            ({"task_id": None}, "task_id"),
            ({"attempt": None}, "attempt"),
            ({"attempt": "x"}, "attempt"),
            ({"producer_agent": None}, "producer_agent"),
            ({"type": "progress"}, "type"),
            ({"type": "artifact"}, "name"),
            ({"ok": "yes"}, "ok"),
            ({"colour": "red"}, "colour"),
            ({"type": ["final", "final"]}, "type"),
            ({"parent_refs": "x"}, "parent_refs"),
        ],
        ids=str,
    )
    def test_a_bad_parameter_is_named(self, client, parameters, named):
        assert named in _upload(client, "x", **parameters).expect(400, "bad_request").json["detail"]

    @pytest.mark.parametrize(
        "body",
        [
            b"\xff",
            b"a\xc3",
            b"\xc0\x80",
            b"\xed\xa0\x80",
            b"\xf4\x90\x80\x80",
            b"x" * 70_000 + b"\xc3",
        ],
    )
    def test_a_text_that_is_not_utf8_is_refused(self, client, body):
        _upload(client, body).expect(400, "malformed_json")

    @pytest.mark.parametrize("body", ["", "{", "[1,]", "1 2", "nul", '"\\ud800"', "1e400", '"\t"'])
    def test_json_that_is_none_is_refused(self, client, body):
        before = client.get("/v1/stats").json["output_count"]
        _upload(client, body, "application/json").expect(400, "malformed_json")
        assert client.get("/v1/stats").json["output_count"] == before

    def test_nesting_has_a_limit(self, client):
        deep = "[" * 125 + "]" * 125
        assert _content(client, _upload(client, deep, "application/json").out_id).text == deep
        answer = _upload(client, f"[{deep}]", "application/json")
        assert answer.status in (400, 422), answer

    @pytest.mark.parametrize(
        "content_type",
        [
            "application/octet-stream",
            "image/png",
            "text/plain; charset=latin1",
            "multipart/form-data; boundary=x",
            None,
            "text",
            "text/",
        ],
    )
    def test_other_types_are_refused(self, client, content_type):
        _upload(client, "x", content_type).expect(415, "unsupported_media_type")

    @pytest.mark.parametrize("coding", ["gzip", "br", "identity, gzip"])
    def test_an_encoded_body_is_refused(self, client, coding):
        _upload(client, "x", headers={"Content-Encoding": coding}).expect(
            415, "unsupported_media_type"
        )

    def test_an_empty_text_is_one(self, client):
        out_id = _upload(client, "").out_id
        assert client.get(f"/v1/outputs/{out_id}").json["event"] == final("")


class TestLimits:
    @pytest.mark.parametrize("content_type", ["text/plain", "application/json"])
    @pytest.mark.parametrize("chunked", [False, True], ids=["length", "chunks"])
    def test_a_body_over_the_limit(self, start, content_type, chunked):
        server = start("--max-body", "64KiB")
        where = target("/v1/outputs/content", task_id="big", attempt=1, producer_agent="writer")

        def send(size):
            body = b'"' + b"x" * (size - 2) + b'"'
            headers = {"Content-Type": content_type}
            if chunked:
                headers["Transfer-Encoding"] = "chunked"
                body = iter([body[:1000], body[1000:]])
            with server.client() as caller:
                return caller.request("POST", where, body, headers)

        send(2**16 + 1).expect(413, "too_large")
        with server.client() as caller:
            assert caller.get("/v1/outputs").json["records"] == []
        send(2**16).expect(200)


PIECES = [
    '"',
    "\\",
    "\n",
    "\r\n",
    "\t",
    "\u0000",
    "\u001f",
    "\u007f",
    "a",
    "é",
    "蜂",
    "🐝",
    "\u2028",
    "/",
]


def test_twenty_mebibytes_in_chunks_come_back_exactly(client):
    """Chunks end anywhere, within characters too."""
    piece = ("".join(PIECES) + "The quick brown bee. " * 40).encode()
    body = piece * (20 * 2**20 // len(piece) + 1)

    def chunks(sizes=(65_537, 1, 2, 3, 131_071, 65_536)):
        at = count = 0
        while at < len(body):
            yield body[at : at + sizes[count % len(sizes)]]
            at += sizes[count % len(sizes)]
            count += 1

    where = target("/v1/outputs/content", task_id="big", attempt=1, producer_agent="writer")
    answer = client.request(
        "POST", where, chunks(), {"Content-Type": "text/plain", "Transfer-Encoding": "chunked"}
    )
    assert _content(client, answer.out_id).body == body
    part = _content(client, answer.out_id, {"Range": "bytes=10000001-10000999"}).expect(206)
    assert part.body == body[10_000_001:10_001_000]


def test_every_split_of_a_text_into_chunks(server, client):
    """However the bytes arrive, the text is the same."""
    text = "".join(PIECES)
    body = text.encode()
    where = target("/v1/outputs/content", task_id="split", attempt=1, producer_agent="writer")
    for size in (1, 2, 3, 5):
        pieces = [body[at : at + size] for at in range(0, len(body), size)]
        answer = client.request(
            "POST",
            where,
            iter(pieces),
            {"Content-Type": "text/plain", "Transfer-Encoding": "chunked"},
        )
        assert _content(client, answer.out_id).text == text
