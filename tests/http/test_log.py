"""The log is UTF-8, an object a line, whatever bytes callers send."""

import json
import urllib.parse

import pytest

from server import eventually

SERVER_OPTIONS = ("--log-level", "debug")
ODD = {
    "a character": b"caf\xc3\xa9",
    "no text": b"\xff\xfe",
    "half a character": b"\xf0\x9f\x90",
    "a surrogate": b"\xed\xa0\x80",
    "all of them": bytes(range(0x80, 0x100)),
}


def _answer_to(server, target, name, host=None, origin=None):
    """What bytes as they are get, and what the log says of them; `name` is the request's id."""
    fields = [
        b"GET " + target + b" HTTP/1.1",
        b"Host: " + (server.address.encode() if host is None else host),
        f"Authorization: Bearer {server.token}".encode(),
        f"X-Request-Id: {name}".encode(),
    ]
    if origin is not None:
        fields.append(b"Origin: " + origin)
    with server.wire() as wire:
        asked = b"\r\n".join(fields) + b"\r\n\r\n"
        answer = wire.send(asked).answer("GET", target.decode("latin-1"))
    eventually(lambda: name in server.log_text, "the log")
    (entry,) = [entry for entry in server.log if entry.get("request_id") == name]
    assert entry["status"] == answer.status
    return answer, entry


def _shown(odd):
    return "".join(chr(byte) if byte < 0x80 else f"%{byte:02X}" for byte in odd)


@pytest.mark.parametrize("what", ODD)
class TestBytesThatAreNotAscii:
    def _name(self, place, what):
        return f"{place}.{what.replace(' ', '-')}"

    def test_in_a_path_are_logged_percent_encoded(self, server, what):
        path = b"/v1/data/" + ODD[what]
        answer, entry = _answer_to(server, path, self._name("path", what))
        answer.expect(400, "bad_request")
        assert entry["path"].isascii()
        assert urllib.parse.unquote_to_bytes(entry["path"]) == path

    def test_in_a_query_are_not_logged(self, server, what):
        target = b"/v1/outputs?task_id=" + ODD[what]
        answer, entry = _answer_to(server, target, self._name("query", what))
        answer.expect(400, "bad_request")
        assert entry["path"] == "/v1/outputs" and json.dumps(entry, ensure_ascii=False).isascii()

    def test_in_a_host_are_shown_encoded(self, server, what):
        host = ODD[what] + b".example"
        answer, entry = _answer_to(server, b"/v1/stats", self._name("host", what), host)
        answer.expect(403, "host_not_allowed")
        assert f"'{_shown(ODD[what])}.example'" in answer.json["detail"]
        assert entry["detail"] == answer.json["detail"]

    def test_in_an_origin_are_shown_encoded(self, server, what):
        name, origin = self._name("origin", what), b"http://" + ODD[what]
        answer, entry = _answer_to(server, b"/v1/stats", name, origin=origin)
        answer.expect(403, "origin_not_allowed")
        assert f"'http://{_shown(ODD[what])}'" in answer.json["detail"]
        assert entry["detail"] == answer.json["detail"]


def test_a_long_path_is_cut_between_characters(server):
    answer, entry = _answer_to(server, b"/v1/data/" + b"\xff" * 2000, "long-path")
    answer.expect(400, "bad_request")
    beginning = urllib.parse.unquote_to_bytes(entry["path"])
    assert b"/v1/data/" + b"\xff" * 100 in beginning
    assert (b"/v1/data/" + b"\xff" * 2000).startswith(beginning)


def test_what_was_percent_encoded_is_logged_as_it_came(server):
    _, entry = _answer_to(server, b"/v1/data/caf%c3%A9%20%25", "encoded-path")
    assert entry["path"] == "/v1/data/caf%c3%A9%20%25"


@pytest.mark.parametrize("target", [b"/v1/data/%FF", b"/v1/outputs?%FF=1", b"/v1/outputs?type=%FF"])
def test_percent_encoded_bytes_that_are_no_text(server, target):
    answer, _ = _answer_to(server, target, f"encoded-{len(target)}")
    answer.expect(400, "bad_request")


@pytest.mark.parametrize("holder", ["Bienenkönigin 🐝", 'a "quoted"\\\n\x01 one'])
def test_a_holder_is_logged_as_it_is_called(server, holder):
    with server.client(server.mint("read", "--subject", holder)) as caller:
        name = f"holder-{len(holder)}"
        caller.get("/v1/stats", {"X-Request-Id": name}).expect(200)
    eventually(lambda: name in server.log_text, "the log")
    assert [entry["sub"] for entry in server.log if entry.get("request_id") == name] == [holder]
