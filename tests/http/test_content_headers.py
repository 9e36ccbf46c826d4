"""Words of callers never become headers of what they are stored with."""

import hashlib
import json
import re

import pytest

from client import quoted
from messages import message
from outputs import final, output

EVIL = "X-Evil"
BODY = b"Bees dance."
FIELD = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+: ?[\x20-\x7e]*")
STRONG_ETAG = re.compile(r'"[\x21\x23-\x7e]+"')
IDS = [
    f"a\r\n{EVIL}: 1",
    f"a\r\n\r\n{EVIL}",
    f"a\n{EVIL}: 1",
    f'a"\r{EVIL}: 1',
    'a"b',
    '"',
    'W/"x"',
    "a, b",
    "a;b=c",
    "a\\b",
    "a b",
    " ",
    "*",
    "höney",
    "蜂 🐝",
    "a\tb\x01\x7f",
    "\u2028\u0085",
    "a%0d%0aX",
    "../..",
    "ü" * 700,
]
NAMES = [*IDS[:5], "höney 🐝", 'a"; filename="b']
MEDIA_TYPES = [
    f"image/png\r\n{EVIL}: 1",
    f"image/png\n{EVIL}: 1",
    f"image/png;a={EVIL}\r",
    "image/höney",
    "image/png\x00",
    "",
    "nothing",
    "/",
    'text/plain; charset="',
    "image/png, text/html",
]


def _short(text):
    return ascii(text)[:24]


def _import(client, record, **more):
    line = json.dumps(record)
    client.post("/v1/records", line, content_type="application/x-ndjson", **more).expect(200)


def _path(out_id):
    return f"/v1/outputs/{quoted(out_id)}/content"


@pytest.fixture(scope="module")
def imported(server):
    """One record for each of the ids, each with a text of its own."""
    with server.client() as caller:
        for i, out_id in enumerate(IDS):
            _import(caller, {"id": out_id, **output(f"agent {i}", final(f"text {i}"))})


def _raw(server, path, method="GET", *fields):
    """The bytes of the answer: its header's lines, and its body."""
    with server.wire() as wire:
        wire.send(message(server, f"{method} {path}", "Connection: close", *fields))
        head, separator, body = wire.rest().partition(b"\r\n\r\n")
    assert separator
    return head.split(b"\r\n"), body


def _check_fields(lines, status=b"200"):
    assert re.fullmatch(rb"HTTP/1\.1 " + status + rb" [ -~]+", lines[0])
    for line in lines[1:]:
        assert FIELD.fullmatch(line), line
    names = [line.partition(b":")[0].lower() for line in lines[1:]]
    assert len(set(names)) == len(names)
    assert EVIL.lower().encode() not in names
    return names


@pytest.mark.usefixtures("imported")
class TestIds:
    @pytest.mark.parametrize("out_id", IDS, ids=_short)
    def test_no_byte_of_one_is_a_header(self, server, client, out_id):
        plain = client.emit(output(event=final("plain"))).out_id
        usual, _ = _raw(server, _path(plain))
        lines, body = _raw(server, _path(out_id))
        assert _check_fields(lines) == _check_fields(usual)
        assert body == f"text {IDS.index(out_id)}".encode()

    @pytest.mark.parametrize("out_id", IDS, ids=_short)
    def test_conditions_and_ranges_work(self, client, out_id):
        path, text = _path(out_id), f"text {IDS.index(out_id)}"
        answer = client.get(path).expect(200)
        etag = answer.headers["ETag"]
        assert STRONG_ETAG.fullmatch(etag)
        client.get(path, {"If-None-Match": etag}).expect(304)
        client.get(path, {"If-None-Match": f'"x", W/{etag}'}).expect(304)
        client.get(path, {"If-None-Match": '"x"'}).expect(200)
        client.get(path, {"If-Match": etag}).expect(200)
        client.get(path, {"If-Match": '"x"'}).expect(412, "precondition_failed")
        part = client.get(path, {"Range": "bytes=1-3", "If-Range": etag}).expect(206)
        assert part.text == text[1:4]
        head = client.head(path).expect(200)
        assert head.headers["ETag"] == etag
        latest = {"producer_agent": f"agent {IDS.index(out_id)}"}
        client.get("/v1/latest/content", {"If-None-Match": etag}, **latest).expect(304)

    def test_each_has_a_tag_of_its_own(self, client):
        tags = [client.get(_path(out_id)).expect(200).headers["ETag"] for out_id in IDS]
        assert len(set(tags)) == len(IDS)

    @pytest.mark.parametrize("out_id", IDS[:5], ids=_short)
    def test_neither_is_what_is_refused(self, server, out_id):
        for fields, status in [
            (['If-Match: "x"'], b"412"),
            (["Range: bytes=99-"], b"416"),
            (["If-None-Match: *"], b"304"),
        ]:
            _check_fields(_raw(server, _path(out_id), "GET", *fields)[0], status)
        for path in (_path(out_id + "?"), f"/v1/outputs/{quoted(out_id)}/blob"):
            _check_fields(_raw(server, path)[0], b"404")

    def test_a_long_one_fits_into_a_header(self, server, client):
        """A request may have 16 KiB of header, so that is what a tag can be sent back in."""
        record = output("long id", final("of a long id"))
        _import(client, {"id": "ü" * 8000, **record})
        path = "/v1/latest/content?producer_agent=long+id"
        lines, _ = _raw(server, path)
        _check_fields(lines)
        assert sum(len(line) + 2 for line in lines) < 16 << 10
        etag = client.get(path).expect(200).headers["ETag"]
        client.get(path, {"If-None-Match": etag}).expect(304)


class TestBlobs:
    @pytest.fixture
    def stored(self, client):
        """Imports the record of a blob, and gives the path of its content."""
        sha256 = hashlib.sha256(BODY).hexdigest()
        client.post("/v1/blobs", BODY, content_type="image/png").expect(200)

        def store(out_id, event):
            content = {"kind": "file_ref", "path": f"/x.blobs/{sha256[:2]}/{sha256}", **event}
            event = {"type": "artifact", "name": event.pop("name", "a"), "content": content}
            content.pop("name", None)
            _import(client, {"id": out_id, **output("painter", event)}, adopt_blobs="true")
            return _path(out_id)

        return store

    @pytest.mark.parametrize("media_type", MEDIA_TYPES, ids=_short)
    def test_no_byte_of_a_media_type_is_a_header(self, server, stored, media_type):
        i = MEDIA_TYPES.index(media_type)
        lines, body = _raw(server, stored(f"typed-{i}", {"mime": media_type}))
        assert b"content-type" in _check_fields(lines)
        assert body == BODY

    @pytest.mark.parametrize("name", NAMES, ids=_short)
    def test_no_byte_of_a_name_is_a_header(self, server, stored, name):
        lines, body = _raw(server, stored(f"named-{NAMES.index(name)}", {"name": name}))
        _check_fields(lines)
        assert body == BODY

    @pytest.mark.parametrize("out_id", IDS[:6], ids=_short)
    def test_no_byte_of_an_id_is_a_header(self, server, stored, out_id):
        lines, body = _raw(server, stored(f"blob {out_id}", {"mime": "image/png"}))
        assert b"etag" in _check_fields(lines)
        assert body == BODY

    def test_a_media_type_is_given_as_it_is_if_it_is_one(self, server, client, stored):
        answer = client.get(stored("well-typed", {"mime": 'text/x-bees; a="b c"'})).expect(200)
        assert answer.headers["Content-Type"] == 'text/x-bees; a="b c"'
