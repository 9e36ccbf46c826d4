"""129 recorded runs of real agents, sent by many clients at once: they are stored as they are."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from server import Server, skep

THREAD_COUNT = 32
NDJSON = "application/x-ndjson"


class Line:
    """An exported record, and the text of each of its members."""

    def __init__(self, text):
        self.text = text
        self.members = dict(_members(text))
        self.record = json.loads(text)

    @property
    def run(self):
        return self.record["task_id"], self.record["attempt"]

    @property
    def request(self):
        """The body of an emit that stores the same."""
        names = ("task_id", "attempt", "producer_agent", "event", "parent_refs")
        return "{" + ",".join(f'"{name}":{self.members[name]}' for name in names) + "}"

    def all_but(self, *names):
        return {name: text for name, text in self.members.items() if name not in names}


def _members(text):
    """The members of a compact object, each with its value's own text."""
    decoder, at = json.JSONDecoder(), 1
    while text[at - 1] != "}":
        name, at = decoder.raw_decode(text, at)
        _, end = decoder.raw_decode(text, at + 1)
        yield name, text[at + 1 : end]
        at = end + 1


def _export(database):
    ran = skep("export", "--db", database)
    assert ran.returncode == 0, ran.stderr
    return [Line(text) for text in ran.stdout.removesuffix("\n").split("\n")]


def _runs_of(lines):
    runs = {}
    for line in lines:
        runs.setdefault(line.run, []).append(line)
    return runs


@pytest.fixture(scope="module")
def imported(shared, tmp_path_factory):
    """What a direct import of the data set gives."""
    data = shared / "data" / "who-and-when"
    if not data.is_dir():
        pytest.skip(f"no data set at {data}")
    database = tmp_path_factory.mktemp("direct") / "direct.db"
    ran = skep("import", "--from", "who-and-when", data, "--db", database)
    assert ran.returncode == 0, ran.stderr
    lines = _export(database)
    assert len(lines) == 3016 and len(_runs_of(lines)) == 129
    return lines


@pytest.fixture(scope="module")
def emitted(imported, tmp_path_factory):
    """The same, emitted by 32 clients, the records of each run in their order."""
    server = Server(tmp_path_factory.mktemp("emitted"))
    runs = list(_runs_of(imported).values())

    def emit(share):
        with server.client() as caller:
            for run in share:
                for line in run:
                    caller.emit(line.request).expect(200)

    server.token, server.contract  # Before the threads share them.
    with ThreadPoolExecutor(THREAD_COUNT) as threads:
        list(threads.map(emit, [runs[i::THREAD_COUNT] for i in range(THREAD_COUNT)]))
    yield server
    server.stop()


def test_every_run_is_stored_as_it_was(imported, emitted):
    expected, found = _runs_of(imported), _runs_of(_export(emitted.database))
    assert found.keys() == expected.keys()
    own = ("id", "seq", "created_at")
    for run, lines in expected.items():
        assert [line.all_but(*own) for line in found[run]] == [
            line.all_but(*own) for line in lines
        ], run


def test_every_run_reads_over_http_as_it_was(imported, emitted):
    with emitted.client() as caller:
        for (task, attempt), lines in _runs_of(imported).items():
            where = {"task_id": task, "attempt": attempt, "limit": 1000}
            page = caller.get("/v1/outputs", **where).expect(200)
            assert page.json["next_cursor"] is None
            records = page.json["records"]
            assert [r["producer_agent"] for r in records] == [
                line.record["producer_agent"] for line in lines
            ]
            assert all(line.members["event"] in page.text for line in lines)
            last = lines[-1].record
            latest = caller.get(
                "/v1/latest", producer_agent=last["producer_agent"], task_id=task, attempt=attempt
            )
            assert latest.json["id"] == records[-1]["id"]


def test_counts_are_those_of_the_data_set(imported, emitted):
    with emitted.client() as caller:
        stats = caller.get("/v1/stats").expect(200).json
        assert (stats["output_count"], stats["task_count"]) == (3016, 129)
        runs = [run for page in caller.pages("/v1/runs", limit=50) for run in page["runs"]]
        assert {(run["task_id"], run["attempt"]): run["output_count"] for run in runs} == {
            run: len(lines) for run, lines in _runs_of(imported).items()
        }


def test_whole_records_keep_their_refs(imported, start):
    server = start()
    body = "".join(f"{line.text}\n" for line in imported)
    with server.client() as caller:
        answer = caller.post("/v1/records", body, content_type=NDJSON).expect(200).json
        assert answer == {"added_count": 3016, "present_count": 0}
        answer = caller.post("/v1/records", body, content_type=NDJSON).expect(200).json
        assert answer == {"added_count": 0, "present_count": 3016}

        damaged = imported[-1].text.replace('"attempt":', '"attempt":4')
        problem = caller.post("/v1/records", body + damaged, content_type=NDJSON)
        assert imported[-1].record["id"] in problem.expect(409, "conflict").json["detail"]
    server.stop()
    assert [line.text for line in _export(server.database)] == [line.text for line in imported]


def test_batches_keep_each_run_together(imported, start):
    server = start()
    runs = list(_runs_of(imported).values())

    def send(run):
        with server.client() as caller:
            body = "\n".join(line.request for line in run)
            return (
                caller.post("/v1/outputs", body, content_type=NDJSON, atomic="true")
                .expect(200)
                .json
            )

    server.token, server.contract
    with ThreadPoolExecutor(THREAD_COUNT) as threads:
        assert sum(answer["stored_count"] for answer in threads.map(send, runs)) == 3016
    for run, lines in _runs_of(_export(server.database)).items():
        seqs = [line.record["seq"] for line in lines]
        assert seqs == list(range(seqs[0], seqs[0] + len(seqs))), run
