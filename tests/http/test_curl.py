"""The routes as a user would type them."""

import json
import subprocess

import pytest

from client import PATIENCE_S
from outputs import final, output


@pytest.fixture(scope="module")
def curl(server):
    """Runs curl on a path with the token, and gives what it printed."""

    def run(path, *options, stdin=None, token=server.token):
        ran = subprocess.run(
            [
                "curl",
                "-sS",
                "--max-time",
                str(PATIENCE_S),
                f"{server.url}{path}",
                *(["-H", f"Authorization: Bearer {token}"] if token else []),
                *options,
            ],
            input=stdin,
            capture_output=True,
            text=True,
            timeout=2 * PATIENCE_S,
        )
        assert ran.returncode == 0, ran.stderr
        return ran.stdout

    return run


def test_the_first_lines_of_the_documentation(curl):
    emitted = json.loads(
        curl(
            "/v1/data/emit",
            "--json",
            '{"task_id":"bees","attempt":1,"producer_agent":"writer",\n'
            '           "event":{"type":"final","content":{"kind":"inline","value":"Bees dance."},'
            '"ok":true}}',
        )
    )
    record = json.loads(curl(f"/v1/data/{emitted['out_id']}"))
    assert record["event"] == final("Bees dance.")
    assert json.loads(curl("/v1/data/writer")) == record


def test_a_file_is_uploaded(curl, tmp_path):
    report = tmp_path / "report.md"
    report.write_text("# Bees\n\n" + "They dance. 🐝\n" * 5000)
    where = "task_id=bees&attempt=1&producer_agent=reporter"
    out_id = json.loads(
        curl(
            f"/v1/outputs/content?{where}",
            "-H",
            "Content-Type: text/markdown",
            "--data-binary",
            f"@{report}",
        )
    )["out_id"]
    assert curl(f"/v1/outputs/{out_id}/content") == report.read_text()
    assert curl("/v1/latest/content?producer_agent=reporter") == report.read_text()


def test_standard_input_is_uploaded_in_chunks(curl):
    where = "task_id=bees&attempt=1&producer_agent=piped"
    out_id = json.loads(
        curl(
            f"/v1/outputs/content?{where}",
            "-H",
            "Content-Type: text/plain",
            "-H",
            "Transfer-Encoding: chunked",
            "-X",
            "POST",
            "-T",
            "-",
            stdin="Bees dance.",
        )
    )["out_id"]
    assert curl(f"/v1/outputs/{out_id}/content", "-r", "5-9") == "dance"


def test_a_batch(curl):
    lines = "\n".join(json.dumps(output(f"agent {i}", final(i), "batch")) for i in range(3))
    answer = curl(
        "/v1/outputs",
        "-H",
        "Content-Type: application/x-ndjson",
        "--data-binary",
        "@-",
        stdin=lines,
    )
    assert json.loads(answer)["stored_count"] == 3
    page = json.loads(
        curl(
            "/v1/outputs",
            "-G",
            "--data-urlencode",
            "task_id=batch",
            "--data-urlencode",
            "producer_agent=agent 1",
        )
    )
    assert [record["event"] for record in page["records"]] == [final(1)]


def test_what_is_cached_is_not_sent_again(curl, tmp_path):
    out_id = json.loads(curl("/v1/data/cached", "--json", json.dumps(output())))["out_id"]
    etag = tmp_path / "etag"
    curl(f"/v1/outputs/{out_id}/content", "--etag-save", etag)
    status = curl(
        f"/v1/outputs/{out_id}/content",
        "--etag-compare",
        etag,
        "-o",
        tmp_path / "body",
        "-w",
        "%{http_code}",
    )
    assert status == "304"


def test_head(curl):
    header = curl("/healthz", "-I")
    assert header.startswith("HTTP/1.1 200") and "x-request-id:" in header.lower()


def test_failures_have_their_status(curl):
    assert curl("/v1/stats", "-o", "/dev/null", "-w", "%{http_code}", token=None) == "401"
    problem = json.loads(curl("/v1/data/nobody"))
    assert problem["error"] == "output not found (id nor name): nobody"
    assert json.loads(curl("/v1/data/emit", "-d", "{}"))["status"] == 415


def test_a_token_in_the_query(curl, server):
    assert "records" in curl(f"/v1/outputs?token={server.token}", token=None)


def test_the_stream(server, curl):
    first = json.loads(curl("/v1/data/streamed", "--json", json.dumps(output(task="live"))))[
        "out_id"
    ]
    stream = subprocess.Popen(
        [
            "curl",
            "-sSN",
            "--max-time",
            str(PATIENCE_S),
            f"{server.url}/v1/stream?after_seq=0&task_id=live",
            "-H",
            f"Authorization: Bearer {server.token}",
        ],
        stdout=subprocess.PIPE,
        text=True,
    )

    def next_id():
        line = next(line for line in stream.stdout if line.startswith("data:"))
        return json.loads(line.removeprefix("data:"))["id"]

    try:
        assert next_id() == first
        second = json.loads(curl("/v1/data/streamed", "--json", json.dumps(output(task="live"))))[
            "out_id"
        ]
        assert next_id() == second
    finally:
        stream.kill()
        stream.communicate()


def test_http_2_falls_back(curl):
    assert json.loads(curl("/healthz", "--http2")) == {"status": "ok"}


def test_a_large_body_waits_to_be_asked_for(curl, tmp_path):
    """curl sends Expect: 100-continue with bodies over a mebibyte."""
    body = tmp_path / "large.json"
    body.write_text(json.dumps(output(event=final("x" * 3_000_000))))
    out_id = json.loads(
        curl("/v1/data/emit", "-H", "Content-Type: application/json", "--data-binary", f"@{body}")
    )["out_id"]
    assert len(curl(f"/v1/outputs/{out_id}/content")) == 3_000_000
