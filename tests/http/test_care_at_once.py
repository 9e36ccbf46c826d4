"""One verification, one backup and one prune at a time, and what a long one gives meanwhile."""

import contextlib
import json
import time

import pytest

from foreign import fill, writing
from load import told_to_wait
from outputs import output, partial
from server import Server, eventually

VERIFY = ("POST", "/v1/verify", b"")


@pytest.fixture(scope="module")
def large(tmp_path_factory):
    """A server over so many records that to verify them takes a while."""
    server = Server(tmp_path_factory.mktemp("store"), "--stream-ping", "0.02")
    fill(server.database, 100_000)
    yield server
    server.stop()


@contextlib.contextmanager
def _begun(server, method, path, body=None):
    """An answer that has begun, once what ran before has ended; nothing of it was read."""

    def admitted():
        answer, response = caller.open(method, path, body, {"Content-Type": "application/json"})
        return response if answer.status == 200 else response.read() and None

    with server.client() as caller:
        with contextlib.closing(eventually(admitted, "room for it")) as response:
            yield response


def _refused(answer):
    told_to_wait(answer, 429, "too_many_requests")


class TestVerify:
    def test_white_space_comes_before_the_report(self, large):
        with large.client() as caller:
            answer = caller.post("/v1/verify", b"").expect(200)
        assert answer.body[:1].isspace() and answer.json["sound"]
        assert answer.headers["Content-Type"] == "application/json"

    def test_another_is_refused(self, large):
        with _begun(large, *VERIFY) as response, large.client() as caller:
            _refused(caller.post("/v1/verify", b""))
            assert json.loads(response.read())["sound"]
        with _begun(large, *VERIFY) as response:
            assert json.loads(response.read())["sound"]

    def test_a_client_that_goes_away_ends_it(self, large):
        began = time.monotonic()
        with _begun(large, *VERIFY) as response:
            response.read()
        whole_s = time.monotonic() - began

        with _begun(large, *VERIFY):
            pass
        began = time.monotonic()
        with _begun(large, *VERIFY):
            assert time.monotonic() - began < 0.8 * whole_s


class TestBackup:
    def test_another_is_refused(self, start):
        server = start()
        fill(server.database, 4_000, event=partial("x" * 8192))
        with server.client() as caller:
            with _begun(server, "GET", "/v1/backup") as response:
                _refused(caller.get("/v1/backup"))
                assert response.read(6) == b"SQLite"
                _refused(caller.get("/v1/backup"))
            eventually(
                lambda: caller.get("/v1/backup").status == 200, "the one that was left ends"
            )


class TestPrune:
    def test_another_is_refused(self, start):
        server = start("--stream-ping", "0.02")
        fill(server.database, 300)
        query = {"task_id": "many", "dry_run": False, "remove_newest": True}
        with server.client() as caller:
            caller.emit(output()).expect(200)
            begun = _begun(server, "POST", "/v1/prune", json.dumps(query))
            with contextlib.ExitStack() as stack:
                with writing(server.database):
                    response = stack.enter_context(begun)
                    for again in (query, {"task_id": "nothing"}):
                        _refused(caller.post("/v1/prune", again))
                assert json.loads(response.read())["record_count"] == 300
            eventually(lambda: caller.post("/v1/prune", query).status == 200, "room for the next")

    def test_a_policy_counts_as_one(self, start):
        server = start("--prune-older-than", "1d", "--prune-every", "1s")
        fill(server.database, 30_000, created_at=1000)

        def refused():
            answer = caller.post("/v1/prune", {"task_id": "nothing"})
            return answer if answer.status != 200 else None

        with server.client() as caller:
            _refused(eventually(refused, "the policy prunes"))
