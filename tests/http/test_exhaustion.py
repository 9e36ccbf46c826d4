"""What is refused for now, by the store or for want of memory, and that nothing is lost by it."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from foreign import keeping_readers_out, writing
from load import metric, told_to_wait
from messages import message
from outputs import final, output
from server import eventually

MIB = 2**20


def _emit_at_once(server, threads, count):
    """What the emits of as many agents will answer."""

    def emit(i):
        with server.client() as caller:
            return caller.emit(output(f"agent-{i}", final(i)))

    return [threads.submit(emit, i) for i in range(count)]


def _agents(caller):
    return {record["producer_agent"] for record in caller.get("/v1/outputs").json["records"]}


class TestStore:
    def test_an_emit_that_takes_too_long_is_told_so(self, start):
        server = start("--request-timeout", "1")
        with server.client() as caller:
            with ThreadPoolExecutor(3) as threads, writing(server.database):
                emits = _emit_at_once(server, threads, 3)
                problems = [told_to_wait(emit.result(), 503, "timed_out") for emit in emits]
            # One that the writer had begun with may be stored once the lock is let go.
            refused = {
                f"agent-{i}" for i, one in enumerate(problems) if one["outcome"] == "not_applied"
            }
            last = caller.emit(output("after")).out_id
            caller.get(f"/v1/outputs/{last}").expect(200)
            assert not _agents(caller) & refused
            assert all(one["retryable"] == (one["outcome"] == "not_applied") for one in problems)

    def test_emits_that_find_no_room_to_wait_are_not_applied(self, start):
        server = start("--max-queue", "2")
        with server.client() as caller:
            with ThreadPoolExecutor(8) as threads, writing(server.database):
                emits = _emit_at_once(server, threads, 8)
                # The writer has taken one or two, and two wait.
                eventually(lambda: sum(emit.done() for emit in emits) >= 4, "refusals")
            answers = [emit.result() for emit in emits]
            stored = {i for i, answer in enumerate(answers) if answer.status == 200}
            assert 2 <= len(stored) <= 4
            for i in set(range(8)) - stored:
                problem = told_to_wait(answers[i], 503, "queue_full")
                assert (problem["outcome"], problem["retryable"]) == ("not_applied", True)
            assert _agents(caller) == {f"agent-{i}" for i in stored}
            caller.emit(output("after")).expect(200)

    def test_a_batch_that_finds_no_room_stores_none_of_it(self, start):
        server = start("--max-queue", "1")
        lines = "\n".join(json.dumps(output("batch", final(i))) for i in range(5))

        def send():
            return caller.post("/v1/outputs", lines, content_type="application/x-ndjson")

        with server.client() as caller:
            with ThreadPoolExecutor(4) as threads, writing(server.database):
                emits = _emit_at_once(server, threads, 4)
                eventually(lambda: any(emit.done() for emit in emits), "a refusal")
                assert told_to_wait(send(), 503, "queue_full")["outcome"] == "not_applied"
            assert "batch" not in _agents(caller)
            assert send().expect(200).json["stored_count"] == 5

    def test_a_file_that_another_program_keeps_is_busy(self, start):
        server = start()
        with server.client() as caller:
            with writing(server.database):
                problem = told_to_wait(caller.emit(output("kept out")), 503, "busy")
                assert (problem["outcome"], problem["retryable"]) == ("not_applied", True)
            caller.emit(output("let in")).expect(200)
            assert _agents(caller) == {"let in"}

    def test_reads_do_not_wait_for_a_writer(self, start):
        server = start("--request-timeout", "1")
        with server.client() as caller:
            out_id = caller.emit(output()).out_id
            caller.get("/v1/stats").expect(200)
            with writing(server.database):
                caller.get("/readyz").expect(200)
                caller.get(f"/v1/outputs/{out_id}").expect(200)
                assert len(caller.get("/v1/outputs").expect(200).json["records"]) == 1

    def test_it_is_not_ready_while_it_cannot_read(self, start):
        server = start("--request-timeout", "1")
        with server.client() as caller:
            caller.emit(output()).expect(200)
            with keeping_readers_out(server.database):
                told_to_wait(caller.get("/readyz"), 503, "busy")
                caller.get("/healthz").expect(200)
            caller.get("/readyz").expect(200)


class TestMemory:
    @pytest.fixture
    def narrow(self, start):
        return start("--max-body-memory", "64MiB", "--max-body", "16MiB", "--body-timeout", "60")

    def _hold(self, server, token, wires):
        """Uploads that lack a byte, of 15 MiB each."""
        where = "/v1/outputs/content?task_id=t&attempt=1&producer_agent=a"
        for wire in wires:
            head = message(
                server,
                f"POST {where}",
                "Content-Type: text/plain",
                f"Content-Length: {15 * MIB}",
            ).replace(server.token, token)
            wire.send(head).send(b"x" * (15 * MIB - 1))

    def _upload(self, server, token, size=8 * MIB):
        with server.client(token) as caller:
            return caller.post(
                "/v1/outputs/content",
                b"y" * size,
                content_type="text/plain",
                task_id="t",
                attempt=1,
                producer_agent="a",
            )

    def test_one_client_may_take_half_of_it(self, narrow):
        greedy, other = (narrow.mint("emit", "--subject", name) for name in ("greedy", "other"))
        with narrow.client() as caller, narrow.wire() as one, narrow.wire() as two:
            self._hold(narrow, greedy, [one, two])
            eventually(
                lambda: metric(caller, "skep_http_body_bytes") >= 30 * MIB - 2, "two uploads"
            )
            told_to_wait(self._upload(narrow, greedy), 429, "too_many_requests")
            self._upload(narrow, other).expect(200)
            for wire in (one, two):
                wire.send(b"x")
                wire.answer("POST", "/v1/outputs/content").expect(200)
            self._upload(narrow, greedy).expect(200)

    def test_what_is_let_go_can_be_taken_again(self, narrow):
        greedy = narrow.mint("emit")
        with narrow.client() as caller:
            for _ in range(3):
                with narrow.wire() as one, narrow.wire() as two:
                    self._hold(narrow, greedy, [one, two])
                    eventually(
                        lambda: metric(caller, "skep_http_body_bytes") >= 30 * MIB - 2,
                        "two uploads",
                    )
                eventually(lambda: metric(caller, "skep_http_body_bytes") < MIB, "none")
            self._upload(narrow, greedy).expect(200)
