"""What a stop lets run to its end, and what it ends."""

import contextlib
import http.client
import json
import sqlite3
import time

import pytest

from events import EventStream
from foreign import fill, writing
from load import admitted
from messages import EMIT, message
from outputs import final, output, partial
from server import eventually, skep
from test_mcp import events, headers_of, initialize, stateless

RECORD_COUNT = 4_000  # With their texts more than what lies in the buffers of two sockets.


@pytest.fixture
def large(start):
    """Starts a server over 32 MiB of records."""

    def starting(*options):
        server = start(*options)
        fill(server.database, RECORD_COUNT, event=partial("x" * 8192))
        return server

    return starting


@contextlib.contextmanager
def _begun(server, path):
    """The answer to a request that a stop finds under way, of which nothing was read yet."""
    with server.client() as caller:
        answer, response = caller.open("GET", path)
        assert answer.status == 200
        yield response


def _stop_accepting(server):
    assert server.contract  # Answers are checked against it, and soon nobody can ask for it.
    server.terminate()
    eventually(lambda: not server.accepts(), "no new connections")


def _half_sent(server, wire):
    """An emit of which half has arrived; gives the other half."""
    body = json.dumps(output("last"))
    admitted(server, wire, f"POST {EMIT}", body[:20], length=len(body))
    return body[20:]


class TestEnding:
    def test_what_is_under_way_is_finished(self, start):
        server = start("--stop-timeout", "60")
        with server.wire() as wire:
            rest = _half_sent(server, wire)
            _stop_accepting(server)
            wire.send(rest)
            answer = wire.answer("POST", EMIT).expect(200)
            assert wire.rest() == b""
        assert server.wait() == 0
        ran = skep("get", answer.out_id, "--db", server.database, "--json")
        assert ran.returncode == 0 and json.loads(ran.stdout)["producer_agent"] == "last"

    def test_idle_connections_hold_nothing_up(self, start):
        server = start("--stop-timeout", "60")
        callers = [server.client() for _ in range(20)]
        for caller in callers:
            caller.get("/healthz").expect(200)
        silent = server.wire()
        begin = time.monotonic()
        server.stop()
        assert time.monotonic() - begin < 30
        silent.socket.close()
        for caller in callers:
            caller.close()

    def test_what_does_not_end_in_time_is_cut(self, start):
        server = start("--stop-timeout", "0.5")
        with server.wire() as wire:
            _half_sent(server, wire)
            server.terminate()
            assert server.wait() == 0
            wire.rest()

    def test_an_interrupt_is_the_same(self, start):
        server = start()
        with server.client() as caller:
            caller.emit(output()).expect(200)
        server.process.send_signal(2)
        assert server.wait() == 0

    def test_all_that_was_acknowledged_is_there_after_a_kill(self, start):
        server = start()
        with server.client() as caller:
            refs = [caller.emit(output(event=final(i))).out_id for i in range(50)]
        server.kill()
        with start(directory=server.directory).client() as caller:
            records = caller.get("/v1/outputs", limit=1000).json["records"]
            assert [record["id"] for record in records] == refs

    def test_no_file_is_left_beside_the_database(self, start):
        server = start()
        with server.client() as caller:
            caller.emit(output()).expect(200)
        server.stop()
        assert not [path for path in server.directory.glob("swarm.db-*") if path.stat().st_size]


class TestFinite:
    """Answers that end by themselves are given whole."""

    def test_an_export_to_a_slow_reader(self, large):
        server = large("--stop-timeout", "60")
        with _begun(server, "/v1/export") as response:
            _stop_accepting(server)
            lines = response.read().splitlines()
        assert len(lines) == RECORD_COUNT and all(map(json.loads, lines))
        assert server.wait() == 0

    def test_a_backup_to_a_slow_reader(self, large, tmp_path):
        server = large("--stop-timeout", "60")
        copy = tmp_path / "copy.db"
        with _begun(server, "/v1/backup") as response:
            _stop_accepting(server)
            copy.write_bytes(response.read())
        with contextlib.closing(sqlite3.connect(copy)) as file:
            assert file.execute("SELECT COUNT(*) FROM outputs").fetchone() == (RECORD_COUNT,)
        assert server.wait() == 0

    @pytest.mark.parametrize("path", ["/v1/export", "/v1/backup"])
    def test_a_reader_who_reads_nothing_is_waited_for_no_longer_than_said(self, large, path):
        server = large("--stop-timeout", "1")
        with _begun(server, path) as response:
            began = time.monotonic()
            server.terminate()
            assert server.wait() == 0
            assert time.monotonic() - began < 20
            with pytest.raises((http.client.IncompleteRead, ConnectionError)):
                response.read()

    def test_a_verification(self, start):
        server = start("--stop-timeout", "60", "--stream-ping", "0.02")
        fill(server.database, 100_000)
        with server.client() as caller:
            headers = {"Content-Type": "application/json"}
            answer, response = caller.open("POST", "/v1/verify", b"", headers)
            assert answer.status == 200
            _stop_accepting(server)
            assert json.loads(response.read())["sound"]
        assert server.wait() == 0

    def test_a_prune_while_nobody_else_is_let_in(self, start):
        server = start("--stop-timeout", "60", "--stream-ping", "0.05")
        fill(server.database, 300)
        with server.client() as caller, EventStream(server) as stream:
            caller.emit(output()).expect(200)
            with writing(server.database):
                body = json.dumps({"task_id": "many", "dry_run": False, "remove_newest": True})
                headers = {"Content-Type": "application/json"}
                answer, response = caller.open("POST", "/v1/prune", body, headers)
                assert answer.status == 200
                assert response.read(1).isspace()
                _stop_accepting(server)
                while (event := stream.event()) is not None:
                    assert event[0] == "output"
                assert response.read(1).isspace()  # It is still held up.
            assert json.loads(response.read())["record_count"] == 300
        assert server.wait() == 0

    def test_a_tool_that_stores(self, start):
        server = start("--stop-timeout", "60")
        arguments = {"text": "x", "task_id": "t", "producer_agent": "tool"}
        call = stateless("tools/call", {"name": "emit_output", "arguments": arguments})
        fields = [f"{name}: {value}" for name, value in headers_of(call).items()]
        with server.wire() as wire:
            with writing(server.database):
                admitted(server, wire, "POST /mcp", json.dumps(call), *fields)
                _stop_accepting(server)
            result = wire.answer("POST", "/mcp").expect(200).json["result"]
        assert result["structuredContent"]["ref"].startswith("out-")
        assert server.wait() == 0


class TestAppends:
    def test_those_that_wait_for_another_program_are_stored_and_answered(self, start):
        server = start("--stop-timeout", "60")
        with contextlib.ExitStack() as stack:
            wires = [stack.enter_context(server.wire()) for _ in range(5)]
            with writing(server.database):
                for i, wire in enumerate(wires):
                    body = json.dumps(output(f"agent-{i}", final(i)))
                    admitted(server, wire, f"POST {EMIT}", body)
                _stop_accepting(server)
            refs = [wire.answer("POST", EMIT).out_id for wire in wires]
            assert all(wire.rest() == b"" for wire in wires)
        assert server.wait() == 0
        for i, ref in enumerate(refs):
            ran = skep("get", ref, "--db", server.database, "--json")
            assert json.loads(ran.stdout)["producer_agent"] == f"agent-{i}", ran.stderr

    def test_a_second_signal_breaks_nothing(self, start):
        server = start("--stop-timeout", "60")
        with server.wire() as wire:
            rest = _half_sent(server, wire)
            _stop_accepting(server)
            server.terminate()
            wire.send(rest)
            wire.answer("POST", EMIT).expect(200)
            assert wire.rest() == b""
        assert server.wait() == 0


class TestEndless:
    """Answers that have no end get one, although something else goes on."""

    @pytest.fixture
    def busy(self, start):
        """A server that stops only once an emit has arrived: (it, what sends the rest)."""
        server = start("--stop-timeout", "60")
        with server.wire() as wire:
            rest = _half_sent(server, wire)
            yield server
            wire.send(rest)
            wire.answer("POST", EMIT).expect(200)
        assert server.wait() == 0

    def test_a_stream(self, busy):
        with EventStream(busy) as stream, busy.client() as caller:
            sent = [caller.emit(output("hurried")).out_id for _ in range(3)]
            _stop_accepting(busy)
            assert [record["id"] for record in stream.records(3)] == sent
            assert stream.event() is None

    def test_a_stream_of_a_session(self, busy):
        with busy.client() as caller:
            session = initialize(caller)
            _, response = caller.open("GET", "/mcp", None, session)
            _stop_accepting(busy)
            assert list(events(response)) == []

    def test_whoever_asks_late_is_told_or_shut_out(self, busy):
        half = message(busy, "GET /readyz")
        with busy.wire() as wire:
            wire.send(half[:-2])
            _stop_accepting(busy)
            wire.send(half[-2:])
            if wire.rest():
                wire.answer("GET", "/readyz").expect(503, "closed")
