"""Contents alone, whole or in part."""

import json
import re

import pytest

from outputs import artifact, file_ref, final, output, partial, progress

TEXT = "Bees dänce 🐝 in the hive."
BYTES = TEXT.encode()


def _content(caller, out_id, headers=()):
    return caller.get(f"/v1/outputs/{out_id}/content", headers)


@pytest.fixture(scope="module")
def text_ref(server):
    with server.client() as caller:
        return caller.emit(output(event=final(TEXT))).out_id


class TestReading:
    @pytest.mark.parametrize(
        "event", [final(TEXT), artifact("a", TEXT), partial(TEXT)], ids=lambda event: event["type"]
    )
    def test_a_text_comes_as_its_characters(self, client, event):
        answer = _content(client, client.emit(output(event=event)).out_id).expect(200)
        assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
        assert answer.body == BYTES

    @pytest.mark.parametrize(
        "text", ["", '"', "\\", "a\nb\r\n\tc", "\u0000\u001f\u007f", "\u2028", "🐝" * 99]
    )
    def test_any_text_comes_as_its_characters(self, client, text):
        answer = _content(client, client.emit(output(event=final(text))).out_id).expect(200)
        assert answer.body == text.encode()

    def test_escapes_are_read(self, client):
        spelt = r'"\u00e9\ud83d\udc1d\/\"\\\b\f\n\r\t"'
        out_id = client.emit(
            json.dumps(output(event=final("VALUE"))).replace('"VALUE"', spelt)
        ).out_id
        assert _content(client, out_id).body.decode() == 'é🐝/"\\\b\f\n\r\t'

    @pytest.mark.parametrize(
        "value",
        [
            "1e2",
            "-0",
            "0.10",
            "18446744073709551616",
            "1.0000000000000000000001",
            "null",
            "true",
            "[]",
            '{"z":1,"a":{"z":2,"z":3}}',
            "[1, 2 ,\t3]",
            '{"\\u0061":"\\u0062"}',
            "[1,\n 2]",
            '{"é":"蜂"}',
        ],
    )
    def test_any_other_value_comes_byte_for_byte(self, client, value):
        body = json.dumps(output(event=final("VALUE"))).replace('"VALUE"', f" {value}\n ")
        out_id = client.emit(body).out_id
        answer = _content(client, out_id).expect(200)
        assert answer.headers["Content-Type"] == "application/json"
        assert answer.text == value
        assert f'"value":{value}' in client.get(f"/v1/outputs/{out_id}").text

    @pytest.mark.parametrize(
        "event",
        [
            progress(),
            {"type": "final", "content": file_ref("/etc/passwd"), "ok": True},
            {"type": "partial", "chunk": file_ref("/etc/passwd")},
        ],
        ids=["progress", "file_ref", "file_ref chunk"],
    )
    def test_what_has_no_body_has_no_content(self, client, event):
        out_id = client.emit(output("bodiless", event)).out_id
        _content(client, out_id).expect(404, "no_content")
        client.head(f"/v1/outputs/{out_id}/content").expect(404)
        client.get("/v1/latest/content", producer_agent="bodiless").expect(404, "no_content")

    def test_of_what_is_not_there(self, client):
        _content(client, "out-0000000000").expect(404, "not_found")
        client.get("/v1/latest/content", producer_agent="nobody").expect(404, "not_found")

    def test_the_latest(self, client):
        client.emit(output("speaker", final("over all"), attempt=2))
        client.emit(output("speaker", final("in run 1"), attempt=1))
        client.emit(output("speaker", final("newest"), attempt=3))
        assert client.get("/v1/latest/content", producer_agent="speaker").text == "newest"
        in_run = client.get(
            "/v1/latest/content", producer_agent="speaker", task_id="bees", attempt=1
        )
        assert in_run.text == "in run 1"
        head = client.head("/v1/latest/content", producer_agent="speaker").expect(200)
        assert head.headers["Content-Length"] == "6"


class TestCaching:
    def test_a_record_may_be_kept_for_ever(self, client, text_ref):
        answer = _content(client, text_ref)
        assert re.fullmatch(r'"[^"]+"', answer.headers["ETag"])
        assert re.search(r"immutable|max-age=3153", answer.headers["Cache-Control"])
        assert _content(client, text_ref).headers["ETag"] == answer.headers["ETag"]
        other = client.emit(output(event=final("other"))).out_id
        assert _content(client, other).headers["ETag"] != answer.headers["ETag"]

    @pytest.mark.parametrize(
        "form, status",
        [
            ("{etag}", 304),
            ("W/{etag}", 304),
            ('"other", {etag}', 304),
            ("*", 304),
            ('"other"', 200),
            ('W/"other" , W/{etag}', 304),
        ],
    )
    def test_if_none_match(self, client, text_ref, form, status):
        etag = _content(client, text_ref).headers["ETag"]
        answer = _content(client, text_ref, {"If-None-Match": form.format(etag=etag)}).expect(
            status
        )
        assert answer.headers["ETag"] == etag
        assert answer.body == (b"" if status == 304 else BYTES)
        head = client.head(
            f"/v1/outputs/{text_ref}/content", {"If-None-Match": form.format(etag=etag)}
        )
        assert head.status == status

    def test_not_modified_comes_before_the_range(self, client, text_ref):
        etag = _content(client, text_ref).headers["ETag"]
        _content(client, text_ref, {"If-None-Match": etag, "Range": "bytes=0-1"}).expect(304)


class TestRanges:
    LAST = len(BYTES) - 1

    @pytest.mark.parametrize(
        "wanted, first, last",
        [
            ("0-0", 0, 0),
            ("0-3", 0, 3),
            ("5-", 5, LAST),
            ("-4", LAST - 3, LAST),
            ("6-6", 6, 6),
            ("0-99999", 0, LAST),
            ("-99999", 0, LAST),
            (f"{LAST}-", LAST, LAST),
            (f"{LAST}-{LAST}", LAST, LAST),
            ("7-9", 7, 9),
        ],
    )
    def test_one_range_of_bytes(self, client, text_ref, wanted, first, last):
        answer = _content(client, text_ref, {"Range": f"bytes={wanted}"}).expect(206)
        assert answer.body == BYTES[first : last + 1]
        assert answer.headers["Content-Range"] == f"bytes {first}-{last}/{len(BYTES)}"
        assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"

    @pytest.mark.parametrize("wanted", [f"{len(BYTES)}-", "99999-100000", "-0"])
    def test_a_range_beyond_the_end(self, client, text_ref, wanted):
        answer = _content(client, text_ref, {"Range": f"bytes={wanted}"})
        answer.expect(416, "range_not_satisfiable")
        assert answer.headers["Content-Range"] == f"bytes */{len(BYTES)}"

    @pytest.mark.parametrize(
        "wanted",
        [
            "bytes=a-b",
            "bytes=",
            "bytes=-",
            "bytes=3-2",
            "bytes",
            "items=0-1",
            "bytes=0x1-2",
            "bytes=+1-2",
        ],
    )
    def test_a_range_that_is_none_is_ignored(self, client, text_ref, wanted):
        assert _content(client, text_ref, {"Range": wanted}).expect(200).body == BYTES

    def test_several_ranges_are_ignored(self, client, text_ref):
        assert _content(client, text_ref, {"Range": "bytes=0-1,3-4"}).expect(200).body == BYTES

    def test_a_number_beyond_all_integers(self, client, text_ref):
        huge = "9" * 40
        answer = _content(client, text_ref, {"Range": f"bytes=0-{huge}"})
        assert answer.status in (200, 206) and answer.body == BYTES
        assert _content(client, text_ref, {"Range": f"bytes={huge}-"}).status in (200, 416)

    def test_the_parts_make_the_whole(self, client):
        value = json.dumps({"n": list(range(500))})
        out_id = client.emit(json.dumps(output(event=final("V"))).replace('"V"', value)).out_id
        whole, parts = value.encode(), b""
        while len(parts) < len(whole):
            wanted = {"Range": f"bytes={len(parts)}-{len(parts) + 99}"}
            parts += _content(client, out_id, wanted).expect(206).body
        assert parts == whole

    def test_if_range(self, client, text_ref):
        etag = _content(client, text_ref).headers["ETag"]
        for validator, status in [
            (etag, 206),
            ('"other"', 200),
            (f"W/{etag}", 200),
            ("Tue, 24 Nov 2026 13:20:00 GMT", 200),
        ]:
            wanted = {"Range": "bytes=0-1", "If-Range": validator}
            assert _content(client, text_ref, wanted).status == status, validator

    def test_an_empty_text_has_no_ranges(self, client):
        out_id = client.emit(output(event=final(""))).out_id
        _content(client, out_id, {"Range": "bytes=0-0"}).expect(416)
        assert _content(client, out_id).expect(200).headers["Content-Length"] == "0"

    def test_head_has_no_range(self, client, text_ref):
        head = client.head(f"/v1/outputs/{text_ref}/content", {"Range": "bytes=0-1"}).expect(200)
        assert head.headers["Content-Length"] == str(len(BYTES))
