"""Contents under conditions, by ref and as the newest of a name."""

import pathlib
import re
import secrets

import pytest

from messages import message
from outputs import final, output

TEXT = "Bees dänce 🐝 in the hive."
WHERE = {"task_id": "bees", "attempt": 1, "producer_agent": "painter"}


def _path(out_id):
    return f"/v1/outputs/{out_id}/content"


@pytest.fixture
def path(client):
    """A content that never changes."""
    return _path(client.emit(output(event=final(TEXT))).out_id)


def _ask_in_lines(server, path, *fields):
    with server.wire() as wire:
        return wire.send(message(server, f"GET {path}", *fields)).answer("GET", path)


class TestIfMatch:
    @pytest.mark.parametrize(
        "form, status",
        [
            ("{etag}", 200),
            ("*", 200),
            ('"other", {etag}', 200),
            ('"other"', 412),
            ('"other", "another"', 412),
            ("W/{etag}", 412),
            ("{bare}", 412),
        ],
    )
    def test_what_matches_is_given(self, client, path, form, status):
        etag = client.get(path).headers["ETag"]
        wanted = {"If-Match": form.format(etag=etag, bare=etag.strip('"'))}
        answer = client.get(path, wanted).expect(status)
        if status == 200:
            assert answer.text == TEXT
        else:
            assert answer.problem == "precondition_failed"
        client.head(path, wanted).expect(status)

    def test_it_comes_before_all_else(self, client, path):
        """RFC 9110, 13.2.2."""
        etag = client.get(path).headers["ETag"]
        other = {"If-Match": '"other"'}
        client.get(path, {**other, "If-None-Match": etag}).expect(412, "precondition_failed")
        client.get(path, {**other, "Range": "bytes=0-1"}).expect(412, "precondition_failed")
        client.get(path, {"If-Match": etag, "If-None-Match": etag}).expect(304)
        client.get(path, {"If-Match": etag, "Range": "bytes=0-1"}).expect(206)

    def test_of_what_is_not_there(self, client):
        client.get(_path("out-0000000000"), {"If-Match": "*"}).expect(404, "not_found")
        progress = client.emit(output(event={"type": "progress", "stage": "s"})).out_id
        client.get(_path(progress), {"If-Match": "*"}).expect(404, "no_content")
        client.get(_path(progress), {"If-None-Match": "*"}).expect(404, "no_content")

    def test_lines_are_one_list(self, server, client, path):
        etag = client.get(path).headers["ETag"]
        lines = ('If-Match: "other"', f"If-Match: {etag}")
        _ask_in_lines(server, path, *lines).expect(200)
        _ask_in_lines(server, path, *reversed(lines)).expect(200)
        _ask_in_lines(server, path, lines[0], lines[0]).expect(412, "precondition_failed")


class TestIfNoneMatch:
    def test_lines_are_one_list(self, server, client, path):
        etag = client.get(path).headers["ETag"]
        lines = ('If-None-Match: "other", "another"', f"If-None-Match: W/{etag}")
        _ask_in_lines(server, path, *lines).expect(304)
        _ask_in_lines(server, path, *reversed(lines)).expect(304)
        _ask_in_lines(server, path, lines[0], lines[0]).expect(200)

    @pytest.mark.parametrize("form", ["x{etag}", "{etag}x", '"{etag}', '"a{bare}"', '"{bare}b"'])
    def test_a_tag_that_only_holds_it_is_another(self, client, path, form):
        etag = client.get(path).headers["ETag"]
        other = form.format(etag=etag, bare=etag.strip('"'))
        client.get(path, {"If-None-Match": other}).expect(200)

    def test_what_did_not_change_has_the_headers_of_what_did(self, client, path):
        """RFC 9110, 15.4.5."""
        whole = client.get(path).expect(200)
        same = client.get(path, {"If-None-Match": whole.headers["ETag"]}).expect(304)
        for name in ("ETag", "Cache-Control"):
            assert same.headers.get_all(name) == whole.headers.get_all(name)
        assert same.body == b""


class TestBlobs:
    @pytest.fixture
    def blob(self, client):
        """A blob of its own: its ref and its file."""
        body = secrets.token_bytes(2000)
        out_id = client.post("/v1/outputs/blob", body, (), "image/png", **WHERE).out_id
        record = client.get(f"/v1/outputs/{out_id}").json
        return out_id, pathlib.Path(record["event"]["content"]["path"])

    @pytest.mark.parametrize("method", ["GET", "HEAD"])
    def test_what_did_not_change_is_not_read(self, client, blob, method):
        """Nor is it looked for: its file may be gone."""
        out_id, file = blob
        etag = client.get(_path(out_id)).expect(200).headers["ETag"]
        file.unlink()
        client.request(method, _path(out_id), headers={"If-None-Match": etag}).expect(304)
        client.request(method, _path(out_id), headers={"If-None-Match": "*"}).expect(304)
        client.get(_path(out_id), {"If-None-Match": '"other"'}).expect(500, "blob_missing")

    def test_one_that_is_not_meant_is_not_read(self, client, blob):
        out_id, file = blob
        file.unlink()
        client.get(_path(out_id), {"If-Match": '"other"'}).expect(412, "precondition_failed")

    def test_conditions_and_ranges(self, client, blob):
        out_id, _ = blob
        whole = client.get(_path(out_id)).expect(200)
        etag = whole.headers["ETag"]
        client.get(_path(out_id), {"If-Match": etag}).expect(200)
        part = client.get(_path(out_id), {"Range": "bytes=1000-1099", "If-Range": etag})
        assert part.expect(206).body == whole.body[1000:1100]
        other = client.get(_path(out_id), {"Range": "bytes=1000-1099", "If-Range": '"other"'})
        assert other.expect(200).body == whole.body


class TestTheLatest:
    PATH = "/v1/latest/content"

    @pytest.fixture
    def agent(self, client):
        """An agent with one output."""
        name = f"speaker-{secrets.token_hex(4)}"
        client.emit(output(name, final(TEXT))).expect(200)
        return name

    def _get(self, client, agent, **headers):
        fields = {name.replace("_", "-"): value for name, value in headers.items()}
        return client.get(self.PATH, fields, producer_agent=agent)

    def test_it_is_asked_for_again_each_time(self, client, agent):
        answer = self._get(client, agent).expect(200)
        assert re.fullmatch(r'"[\x21\x23-\x7e]+"', answer.headers["ETag"])
        directives = re.split(r",\s*", answer.headers["Cache-Control"])
        assert "no-cache" in directives
        assert not [word for word in directives if word.startswith(("max-age", "immutable"))]

    def test_it_is_given_once(self, client, agent):
        first = self._get(client, agent)
        same = self._get(client, agent, If_None_Match=first.headers["ETag"]).expect(304)
        for name in ("ETag", "Cache-Control"):
            assert same.headers[name] == first.headers[name]

    def test_what_is_newer_has_another_tag(self, client, agent):
        old = self._get(client, agent).headers["ETag"]
        client.emit(output(agent, final("newer"))).expect(200)
        newer = self._get(client, agent, If_None_Match=old).expect(200)
        assert newer.text == "newer"
        assert newer.headers["ETag"] != old
        self._get(client, agent, If_Match=old).expect(412, "precondition_failed")
        self._get(client, agent, If_None_Match=newer.headers["ETag"]).expect(304)

    def test_equal_texts_are_not_the_same_output(self, client, agent):
        """Whoever keeps the tag of one does not take it for the other."""
        old = self._get(client, agent).headers["ETag"]
        client.emit(output(agent, final(TEXT))).expect(200)
        self._get(client, agent, If_None_Match=old).expect(200)

    def test_a_range(self, client, agent):
        body = TEXT.encode()
        part = self._get(client, agent, Range="bytes=5-9").expect(206)
        assert part.body == body[5:10]
        assert part.headers["Content-Range"] == f"bytes 5-9/{len(body)}"
        self._get(client, agent, Range=f"bytes={len(body)}-").expect(416, "range_not_satisfiable")

    def test_a_range_of_what_was_the_newest_gives_the_whole(self, client, agent):
        old = self._get(client, agent).headers["ETag"]
        assert self._get(client, agent, Range="bytes=0-3", If_Range=old).expect(206).body == b"Bees"
        client.emit(output(agent, final("Wasps dance."))).expect(200)
        whole = self._get(client, agent, Range="bytes=0-3", If_Range=old).expect(200)
        assert whole.text == "Wasps dance."

    def test_head(self, client, agent):
        whole = self._get(client, agent)
        head = client.head(self.PATH, producer_agent=agent).expect(200)
        assert head.headers["ETag"] == whole.headers["ETag"]
        same = {"If-None-Match": whole.headers["ETag"]}
        client.head(self.PATH, same, producer_agent=agent).expect(304)

    def test_in_one_run(self, client, agent):
        client.emit(output(agent, final("elsewhere"), attempt=2)).expect(200)
        run = {"producer_agent": agent, "task_id": "bees", "attempt": 1}
        etag = client.get(self.PATH, **run).expect(200).headers["ETag"]
        client.get(self.PATH, {"If-None-Match": etag}, **run).expect(304)
        self._get(client, agent, If_None_Match=etag).expect(200)

    def test_of_a_blob(self, client, agent):
        where = {**WHERE, "producer_agent": agent}
        client.post("/v1/outputs/blob", b"honey", (), "image/png", **where).expect(200)
        whole = self._get(client, agent).expect(200)
        assert whole.body == b"honey"
        self._get(client, agent, If_None_Match=whole.headers["ETag"]).expect(304)
        assert self._get(client, agent, Range="bytes=-2").expect(206).body == b"ey"
