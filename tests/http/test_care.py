"""What keeps a store in order: verify, backup, prune."""

import contextlib
import sqlite3

import pytest

from foreign import fill
from metrics import Metrics
from outputs import final, output
from server import Server, eventually


@pytest.fixture(name="own")
def own_server(tmp_path):
    server = Server(tmp_path, "--stream-ping", "0.1")
    yield server
    server.stop()


class TestVerify:
    def test_a_sound_store_is_called_sound(self, client):
        client.emit(output()).expect(200)
        report = client.post("/v1/verify", b"").expect(200).json
        assert report["sound"]
        assert report["findings"] == []
        names = [check["name"] for check in report["checks"]]
        assert names == ["pages", "records", "edges", "counts", "keys", "blobs"]

    def test_damage_is_named(self, own):
        with own.client() as caller:
            refs = emit_many(caller, 3)
            with contextlib.closing(sqlite3.connect(own.database)) as file, file:
                file.execute("UPDATE outputs SET event_json = '{' WHERE id = ?", (refs[1],))
            report = caller.post("/v1/verify", b"").expect(200).json
        assert not report["sound"]
        (finding,) = report["findings"]
        assert finding["kind"] == "damaged_record"
        assert refs[1] in finding["where"]

    def test_only_an_administrator_may(self, server):
        for scope in ("read", "emit"):
            with server.client(server.mint(scope)) as caller:
                caller.post("/v1/verify", b"").expect(403, "forbidden")

    def test_parameters_are_refused(self, client):
        client.post("/v1/verify", b"", deep="true").expect(400, "bad_request")


class TestBackup:
    def test_it_is_the_store(self, own, tmp_path):
        with own.client() as caller:
            refs = emit_many(caller, 3)
            answer = caller.get("/v1/backup").expect(200)
        assert answer.headers["Content-Type"] == "application/vnd.sqlite3"
        copy = tmp_path / "copy.db"
        copy.write_bytes(answer.body)
        with contextlib.closing(sqlite3.connect(copy)) as file:
            ids = [row[0] for row in file.execute("SELECT id FROM outputs ORDER BY seq")]
        assert ids == refs
        assert not list(tmp_path.glob(".skep-backup*"))

    def test_only_an_administrator_may(self, server):
        with server.client(server.mint("read")) as caller:
            caller.get("/v1/backup").expect(403, "forbidden")

    def test_parameters_and_other_methods_are_refused(self, client):
        client.get("/v1/backup", to="/etc/passwd").expect(400, "bad_request")
        client.head("/v1/backup").expect(405)


def emit_many(caller, count, agent="writer"):
    answers = [caller.emit(output(agent, event=final(i))).expect(200) for i in range(count)]
    return [answer.json["out_id"] for answer in answers]


def refs_of(caller):
    return [record["id"] for record in caller.get("/v1/outputs").expect(200).json["records"]]


class TestPrune:
    def test_it_only_tells_unless_it_is_told_to_do_it(self, own):
        with own.client() as caller:
            refs = emit_many(caller, 5)
            query = {"keep_per_producer": 2}
            report = caller.post("/v1/prune", query).expect(200).json
            assert report["dry_run"]
            assert report["record_count"] == 3
            assert refs_of(caller) == refs
            report = caller.post("/v1/prune", {**query, "dry_run": False}).expect(200).json
            assert not report["dry_run"]
            assert report["record_count"] == 3
            (group,) = report["groups"]
            assert (group["task_id"], group["producer_agent"]) == ("bees", "writer")
            assert refs_of(caller) == refs[3:]

    def test_what_it_does_not_know_is_refused(self, client):
        for query in (
            {},
            {"older_then": "2026-11-24T13:20:00.000Z"},
            {"older_than": "yesterday"},
            {"older_than": 3},
            {"keep_per_producer": 0},
            {"keep_per_producer": 1.5},
            {"keep_per_producer": -1},
            {"task_id": 1},
            {"task_id": "t", "dry_run": "no"},
            [],
        ):
            client.post("/v1/prune", query).expect(422, "invalid_argument")
        client.post("/v1/prune", b"{", content_type="application/json").expect(
            400, "malformed_json"
        )

    def test_only_an_administrator_may(self, server):
        for scope in ("read", "emit"):
            with server.client(server.mint(scope)) as caller:
                caller.post("/v1/prune", {"task_id": "t"}).expect(403, "forbidden")


    @pytest.mark.parametrize("content_type", ["text/plain", "application/x-ndjson", None])
    def test_only_json_is_taken(self, client, content_type):
        client.post("/v1/prune", {"task_id": "t"}, content_type=content_type).expect(
            415, "unsupported_media_type"
        )

    def test_what_is_nested_deep_is_refused_too(self, client):
        for depth, status, kind in [
            (40, 422, "invalid_argument"),
            (120, 422, "invalid_argument"),
            (200, 400, "malformed_json"),
            (100_000, 400, "malformed_json"),
        ]:
            for name in ("unknown", "task_id"):
                body = f'{{"{name}":{"[" * depth}{"]" * depth}}}'
                client.post("/v1/prune", body).expect(status, kind)

    def test_parameters_are_refused(self, client):
        client.post("/v1/prune", {"task_id": "t"}, dry_run="true").expect(400, "bad_request")


class TestPolicy:
    def test_old_records_go_at_the_start(self, start):
        server = start()
        fill(server.database, 10, agent="writer", created_at=1000)
        with server.client() as caller:
            refs = emit_many(caller, 3)
        server.stop()
        again = start("--prune-older-than", "1d", directory=server.directory)
        with again.client() as caller:
            eventually(lambda: refs_of(caller) == refs, "the policy prunes")

    def test_it_prunes_again_and_again(self, tmp_path):
        server = Server(tmp_path, "--prune-keep", "2", "--prune-every", "1s", "--log-level", "info")
        try:
            with server.client() as caller:
                for _ in range(2):
                    refs = emit_many(caller, 5)
                    eventually(lambda: refs_of(caller) == refs[3:], "the policy prunes")

                def metric(name):
                    return Metrics(caller.get("/metrics").text).sum(name)

                # It counts once it is done, which is a moment after they are gone.
                eventually(lambda: metric("skep_pruned_records_total") == 8, "the policy to count")
                assert metric("skep_prune_failures_total") == 0
            assert [line for line in server.log if line["event"] == "pruned"]
        finally:
            server.stop()
