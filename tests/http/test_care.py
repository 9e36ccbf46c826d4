"""What keeps a store in order: verify."""

import contextlib
import sqlite3

import pytest

from outputs import final, output
from server import Server


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
        assert names == ["pages", "records", "edges", "counts", "keys"]

    def test_damage_is_named(self, own):
        with own.client() as caller:
            refs = [caller.emit(output(event=final(i))).expect(200).json["out_id"] for i in range(3)]
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
            refs = [caller.emit(output(event=final(i))).expect(200).json["out_id"] for i in range(3)]
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
