"""Bodies of any type, which become files of the store's own."""

import contextlib
import hashlib
import json
import os
import pathlib
import random
import time

import pytest

from client import target
from server import eventually

WHERE = {"task_id": "bees", "attempt": 1, "producer_agent": "painter"}
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 2000


def _upload(caller, body, content_type="image/png", headers=(), **parameters):
    return caller.post("/v1/outputs/blob", body, headers, content_type, **{**WHERE, **parameters})


def _content(caller, out_id, headers=()):
    return caller.get(f"/v1/outputs/{out_id}/content", headers)


def _file_of(caller, out_id):
    return pathlib.Path(caller.get(f"/v1/outputs/{out_id}").json["event"]["content"]["path"])


class TestStoring:
    @pytest.mark.parametrize("size", [0, 1, 65536, 3_000_000])
    def test_what_was_sent_comes_back(self, client, size):
        body = random.Random(size).randbytes(size)
        out_id = _upload(client, body).out_id
        answer = _content(client, out_id).expect(200)
        assert answer.body == body
        assert answer.headers["Content-Type"] == "image/png"
        assert answer.headers["Content-Length"] == str(size)
        assert answer.headers["ETag"] == f'"{out_id}"'
        assert answer.headers["X-Content-Type-Options"] == "nosniff"

    def test_the_record_names_its_file(self, client):
        out_id = _upload(client, PNG, type="artifact", name="map").out_id
        event = client.get(f"/v1/outputs/{out_id}").json["event"]
        assert event["type"] == "artifact"
        assert event["name"] == "map"
        content = event["content"]
        assert content["kind"] == "file_ref"
        assert content["mime"] == "image/png"
        assert content["size_hint"] == len(PNG)
        path = pathlib.Path(content["path"])
        assert path.read_bytes() == PNG
        assert path.name == hashlib.sha256(PNG).hexdigest()

    def test_one_without_a_record_waits_for_it(self, client):
        sha256 = hashlib.sha256(PNG).hexdigest()
        known = client.post("/v1/blobs", PNG, content_type="image/png").expect(200).json
        assert known == {
            "sha256": sha256,
            "size_bytes": len(PNG),
            "media_type": "application/octet-stream",
        }
        content = {"kind": "file_ref", "path": f"/elsewhere/x.blobs/{sha256[:2]}/{sha256}"}
        record = {
            "id": "out-brought",
            "task_id": "bees",
            "attempt": 1,
            "producer_agent": "painter",
            "event": {"type": "final", "content": content, "ok": True},
            "parent_refs": [],
        }
        lines = json.dumps(record)
        ndjson = {"content_type": "application/x-ndjson", "adopt_blobs": "true"}
        client.post("/v1/records", lines, **ndjson).expect(200)
        assert _content(client, "out-brought").expect(200).body == PNG
        assert _file_of(client, "out-brought").read_bytes() == PNG

    def test_the_blob_is_described(self, client):
        out_id = _upload(client, PNG, "image/png").out_id
        answer = client.get(f"/v1/outputs/{out_id}/blob").expect(200)
        assert answer.json == {
            "sha256": hashlib.sha256(PNG).hexdigest(),
            "size_bytes": len(PNG),
            "media_type": "image/png",
        }

    def test_text_and_json_can_be_blobs_too(self, client):
        out_id = _upload(client, b'{"list": [1, "two"]}', "application/json").out_id
        answer = client.get(f"/v1/outputs/{out_id}/slice", pointer="/list/1").expect(200)
        assert answer.json["text"] == "two"

    def test_a_repeated_key_stores_once(self, client):
        headers = {"Idempotency-Key": "blob-key-1"}
        first = _upload(client, PNG, headers=headers).out_id
        assert _upload(client, PNG, headers=headers).out_id == first
        _upload(client, b"other", headers=headers).expect(422, "key_reused")

    def test_equal_bytes_are_one_file(self, client):
        first, second = _upload(client, PNG).out_id, _upload(client, PNG).out_id
        assert first != second
        assert _file_of(client, first) == _file_of(client, second)


class TestReading:
    def test_a_range(self, client):
        out_id = _upload(client, PNG).out_id
        answer = _content(client, out_id, {"Range": "bytes=1000-300000"}).expect(206)
        assert answer.body == PNG[1000:300001]
        assert answer.headers["Content-Range"] == f"bytes 1000-300000/{len(PNG)}"
        assert _content(client, out_id, {"Range": "bytes=-3"}).expect(206).body == PNG[-3:]
        _content(client, out_id, {"Range": f"bytes={len(PNG)}-"}).expect(416)

    def test_head_and_conditions(self, client):
        out_id = _upload(client, PNG).out_id
        head = client.head(f"/v1/outputs/{out_id}/content").expect(200)
        assert head.headers["Content-Length"] == str(len(PNG))
        unchanged = _content(client, out_id, {"If-None-Match": f'"{out_id}"'})
        assert unchanged.expect(304).body == b""

    def test_the_connection_goes_on_after_a_blob(self, server):
        out_id = _upload(server.client(), PNG).out_id
        with contextlib.closing(server.http_connection()) as connection:
            for _ in range(3):
                connection.request(
                    "GET",
                    f"/v1/outputs/{out_id}/content",
                    headers={"Authorization": f"Bearer {server.token}"},
                )
                answer = connection.getresponse()
                assert answer.read() == PNG
                assert answer.headers["Connection"] != "close"

    def test_the_newest_of_a_name(self, client):
        _upload(client, b"old", producer_agent="newest")
        _upload(client, b"new", producer_agent="newest")
        answer = client.get("/v1/latest/content", producer_agent="newest").expect(200)
        assert answer.body == b"new"

    def test_a_damaged_blob_is_named(self, client):
        out_id = _upload(client, PNG + b"altered").out_id
        path = _file_of(client, out_id)
        path.chmod(0o644)
        path.write_bytes(PNG + b"ALTERED")
        altered = _content(client, out_id).expect(500, "blob_altered")
        assert str(path) in altered.json["detail"]
        path.unlink()
        missing = _content(client, out_id).expect(500, "blob_missing")
        assert str(path) in missing.json["detail"]
        client.get(f"/v1/outputs/{out_id}/slice").expect(500, "blob_missing")

    def test_what_is_no_blob_has_none(self, client):
        ref = client.emit({**WHERE, "event": {"type": "progress", "stage": "s"}}).out_id
        client.get(f"/v1/outputs/{ref}/blob").expect(404, "not_found")
        client.get("/v1/outputs/out-0000000000/blob").expect(404, "not_found")


class TestLimits:
    def test_a_blob_over_the_limit(self, start):
        server = start("--max-blob", "1MiB")
        with server.client() as client:
            _upload(client, bytes(1 << 20)).expect(200)
            _upload(client, bytes((1 << 20) + 1)).expect(413, "too_large")

    def test_one_for_a_record_to_come_over_the_limit(self, start):
        server = start("--max-blob", "1MiB")
        with server.client() as client:
            client.post("/v1/blobs", bytes(1 << 20)).expect(200)
            client.post("/v1/blobs", bytes((1 << 20) + 1)).expect(413, "too_large")

    def test_one_for_a_record_to_come_has_no_parameters(self, client):
        problem = client.post("/v1/blobs", b"x", task_id="bees").expect(400, "bad_request")
        assert "task_id" in problem.json["detail"]

    def test_one_that_does_not_say_its_length(self, start):
        server = start("--max-blob", "1MiB")
        with contextlib.closing(server.http_connection()) as connection:
            connection.request(
                "POST",
                target("/v1/outputs/blob", **WHERE),
                body=iter([bytes(1 << 16)] * 20),
                headers={"Authorization": f"Bearer {server.token}"},
                encode_chunked=True,
            )
            assert connection.getresponse().status == 413
        with server.client() as client:
            assert client.get("/v1/outputs").json["records"] == []

    def test_a_large_blob_takes_little_memory(self, start):
        server = start()
        before = server.resident_bytes()
        size, piece = 300 << 20, os.urandom(1 << 20)
        with contextlib.closing(server.http_connection()) as connection:
            connection.request(
                "POST",
                target("/v1/outputs/blob", **WHERE),
                body=iter([piece] * (size >> 20)),
                headers={"Authorization": f"Bearer {server.token}"},
                encode_chunked=True,
            )
            answer = connection.getresponse()
            assert answer.status == 200, answer.read()
        # Sanitizers keep what was freed for a while.
        assert server.resident_bytes() - before < 300 << 20

    def test_a_token_without_emit_stores_nothing(self, server):
        with server.client(server.mint("read")) as reader:
            _upload(reader, PNG).expect(403)

    def test_a_token_of_another_task_stores_and_reads_nothing(self, server, client):
        out_id = _upload(client, PNG).out_id
        with server.client(server.mint("emit,read", "--task", "other")) as stranger:
            _upload(stranger, PNG).expect(403)
            _content(stranger, out_id).expect(404)
            stranger.get(f"/v1/outputs/{out_id}/blob").expect(404)

    @pytest.mark.parametrize("missing", ["task_id", "attempt", "producer_agent"])
    def test_what_is_missing_is_named(self, client, missing):
        where = {name: value for name, value in WHERE.items() if name != missing}
        answer = client.post("/v1/outputs/blob", b"x", (), "image/png", **where)
        assert missing in answer.expect(400, "bad_request").json["detail"]

    def test_a_client_that_leaves_stores_nothing(self, server, client):
        where = target("/v1/outputs/blob", **{**WHERE, "producer_agent": "leaver"})
        head = (
            f"POST {where} HTTP/1.1\r\n"
            f"Host: {server.address}\r\nAuthorization: Bearer {server.token}\r\n"
            "Content-Length: 1000000\r\n\r\n"
        )
        with server.socket() as connection:
            connection.sendall(head.encode() + bytes(500_000))
            time.sleep(0.2)
        client.get("/v1/latest", producer_agent="leaver").expect(404)
        unfinished = _file_of(client, _upload(client, b"x").out_id).parent.parent / "unfinished"
        eventually(lambda: not list(unfinished.iterdir()), "the rest of the upload to be removed")


class TestCollecting:
    def test_what_no_record_names_goes(self, start):
        server = start()
        with server.client() as client:
            kept = _upload(client, PNG).out_id
            headers = {"Idempotency-Key": "k"}
            _upload(client, b"one", headers=headers).expect(200)
            _upload(client, b"two", headers=headers).expect(422)
            collect = "/v1/blobs/collect"
            assert client.post(collect, "").expect(200).json["removed_count"] == 0
            dry = client.post(collect, "", grace_seconds=0, dry_run="true").expect(200).json
            assert (dry["removed_count"], dry["removed_bytes"], dry["kept_count"]) == (1, 3, 2)
            assert client.post(collect, "", grace_seconds=0).json == dry
            assert client.post(collect, "", grace_seconds=0).json["removed_count"] == 0
            assert _content(client, kept).body == PNG

    @pytest.mark.parametrize("grace", ["-1", "x", "1.5", "", 10 * 365 * 86_400 + 1])
    def test_a_grace_that_is_none_is_named(self, client, grace):
        answer = client.post("/v1/blobs/collect", "", grace_seconds=grace)
        assert "grace_seconds" in answer.expect(400, "bad_request").json["detail"]

    @pytest.mark.parametrize("parameters", [{"dry_run": "1"}, {"grace": 1}], ids=str)
    def test_other_bad_parameters_are_named(self, client, parameters):
        answer = client.post("/v1/blobs/collect", "", **parameters).expect(400, "bad_request")
        assert next(iter(parameters)) in answer.json["detail"]

    def test_only_an_admin_may(self, server):
        with server.client(server.mint("emit")) as caller:
            caller.post("/v1/blobs/collect", "").expect(403)
