"""What an operator sees and does."""

import json

import pytest

from events import EventStream
from metrics import Metrics
from outputs import final, output
from server import eventually, skep

SERVER_OPTIONS = ("--log-level", "debug")


class TestHealth:
    def test_it_is_told_to_anyone(self, server):
        with server.anonymous() as caller:
            for path in ("/healthz", "/readyz"):
                assert caller.get(path).expect(200).json == {"status": "ok"}
                caller.head(path).expect(200)

    def test_answers_of_health_are_not_kept(self, server):
        with server.anonymous() as caller:
            assert "no-" in caller.get("/readyz").headers["Cache-Control"]


class TestMetrics:
    FAMILIES = {
        "skep_http_request_duration_seconds": "histogram",
        "skep_http_requests_in_flight": "gauge",
        "skep_append_queue_records": "gauge",
        "skep_commits_total": "counter",
        "skep_commit_records": "histogram",
        "skep_wal_bytes": "gauge",
        "skep_stream_clients": "gauge",
        "skep_http_connections": "gauge",
    }

    def test_they_are_prometheus_text(self, client):
        answer = client.get("/metrics").expect(200)
        assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
        metrics = Metrics(answer.text)
        for name, kind in self.FAMILIES.items():
            assert metrics.types[name] == kind, name
        metrics.check_histograms()

    def test_they_count_commits(self, client):
        before = Metrics(client.get("/metrics").text)
        for i in range(5):
            client.emit(output(event=final(i)))
        lines = "\n".join(json.dumps(output(event=final(i))) for i in range(40))
        client.post("/v1/outputs", lines, content_type="application/x-ndjson", atomic="true")
        after = Metrics(client.get("/metrics").text)

        def growth(name):
            return after.sum(name) - before.sum(name)

        assert growth("skep_commits_total") == growth("skep_commit_records_count") == 6
        assert growth("skep_commit_records_sum") == 45
        assert after.sum("skep_append_queue_records") == 0
        assert after.sum("skep_wal_bytes") > 0

    def test_they_count_requests_streams_and_connections(self, server, client):
        before = Metrics(client.get("/metrics").text)
        with EventStream(server), EventStream(server):
            for _ in range(7):
                client.get("/v1/stats")
            metrics = Metrics(client.get("/metrics").text)
            requests = "skep_http_request_duration_seconds_count"
            assert metrics.sum(requests) - before.sum(requests) >= 7
            assert metrics.sum("skep_stream_clients") == 2
            assert metrics.sum("skep_http_connections") >= 3
            assert metrics.sum("skep_http_requests_in_flight") >= 1

    def test_no_word_of_a_caller_makes_a_new_series(self, client):
        def count():
            return len(Metrics(client.get("/metrics").text).samples)

        def visit(i):
            client.get(f"/v1/data/agent-{i}")
            client.get(f"/nowhere/{i}")
            client.get(f"/v1/outputs/out-{i:010x}")
            client.request(f"VERB{i}", "/v1/outputs")

        visit(0)
        before = count()
        for i in range(1, 30):
            visit(i)
        assert count() == before


def test_the_page_for_people(server):
    with server.anonymous() as caller:
        answer = caller.get("/").expect(200)
    assert answer.headers["Content-Type"].startswith("text/html")
    assert answer.text.lstrip().lower().startswith("<!doctype html>") and "Skep" in answer.text
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "default-src" in answer.headers["Content-Security-Policy"]


class TestLog:
    def test_every_line_is_an_object_and_requests_have_their_id(self, server, client):
        client.get("/v1/stats", {"X-Request-Id": "log-good"}).expect(200)
        client.get("/v1/outputs", {"X-Request-Id": "log-bad"}, limit="x").expect(400)
        eventually(lambda: "log-bad" in server.log_text, "the log")
        by_id = {entry["request_id"]: entry for entry in server.log if "request_id" in entry}
        assert {"log-good", "log-bad"} <= set(by_id)
        assert "400" in json.dumps(by_id["log-bad"]) and "200" in json.dumps(by_id["log-good"])

    def test_what_callers_say_breaks_no_line(self, server, client):
        awkward = 'x"\\\n\r\t{}\u2028é'
        client.get("/v1/outputs", type=awkward).expect(400)
        client.get("/v1/stats", {"X-Request-Id": "after-awkward", "User-Agent": 'a"\\b\t'}).expect(
            200
        )
        eventually(lambda: "after-awkward" in server.log_text, "the log")
        assert all(isinstance(entry, dict) for entry in server.log)

    def test_failures_alone_are_logged_at_level_info(self, start):
        server = start()
        with server.client() as caller:
            caller.get("/v1/stats", {"X-Request-Id": "quiet"}).expect(200)
            caller.get("/nowhere", {"X-Request-Id": "loud"}).expect(404)
        server.stop()
        ids = [entry.get("request_id") for entry in server.log]
        assert "loud" in ids and "quiet" not in ids

    def test_nothing_is_logged_when_off(self, start):
        server = start("--log-level", "off")
        with server.client() as caller:
            caller.get("/nowhere").expect(404)
        server.stop()
        assert server.log_text == ""

    def test_no_body_is_logged(self, server, client):
        client.emit(output(event=final("a secret of the bees"))).expect(200)
        client.emit('{"task_id": "another secret').expect(400)
        client.get("/v1/stats", {"X-Request-Id": "after-secrets"})
        eventually(lambda: "after-secrets" in server.log_text, "the log")
        assert "secret of" not in server.log_text and "another secret" not in server.log_text


@pytest.mark.parametrize("count", [1, 4])
def test_threads(start, count):
    server = start("--threads", count)
    with server.client() as caller:
        caller.emit(output()).expect(200)


def test_the_help_names_the_options():
    ran = skep("serve", "--help")
    assert ran.returncode == 0
    for option in (
        "--listen",
        "--no-auth",
        "--key-file",
        "--tls-cert",
        "--tls-key",
        "--behind-proxy",
        "--allow-host",
        "--cors-origin",
        "--threads",
        "--log-level",
        "--print-token",
        "--max-body",
        "--max-body-memory",
        "--max-connections",
        "--max-requests",
        "--max-requests-per-client",
        "--max-streams",
        "--max-streams-per-client",
        "--max-queue",
        "--stop-timeout",
    ):
        assert option in ran.stdout, option
