"""Records, one or a page at a time, and the names and counts of what is stored."""

import json
import sqlite3

import pytest

from outputs import artifact, final, output, partial, progress
from server import Server

RECORD_COUNT = 250


@pytest.fixture(scope="module")
def filled(server):
    """A store of 250 records, as they were emitted: (task, attempt, agent, type)."""
    events = [final("body"), artifact("map", [1, 2]), partial("piece"), progress("reading")]
    what = [
        (f"task-{i % 3}", 1 + i % 2, f"agent-{i % 7}", events[i % 4]) for i in range(RECORD_COUNT)
    ]
    lines = [output(agent, event, task, attempt) for task, attempt, agent, event in what]
    with server.client() as caller:
        stored = (
            caller.post(
                "/v1/outputs",
                "\n".join(map(json.dumps, lines)),
                content_type="application/x-ndjson",
                atomic="true",
            )
            .expect(200)
            .json
        )
        assert stored["stored_count"] == RECORD_COUNT
    return [
        (line["out_id"], task, attempt, agent, event)
        for line, (task, attempt, agent, event) in zip(stored["results"], what)
    ]


def _ids(caller, **parameters):
    return [
        record["id"]
        for page in caller.pages("/v1/outputs", **parameters)
        for record in page["records"]
    ]


def test_a_record_by_its_ref(client, filled):
    out_id, task, attempt, agent, event = filled[17]
    record = client.get(f"/v1/outputs/{out_id}").expect(200).json
    assert (record["id"], record["task_id"], record["attempt"]) == (out_id, task, attempt)
    assert (record["producer_agent"], record["event"]) == (agent, event)
    head = client.head(f"/v1/outputs/{out_id}").expect(200)
    assert head.headers["Content-Length"] == str(len(client.get(f"/v1/outputs/{out_id}").body))


def test_a_ref_is_not_a_name(client, filled):
    client.get("/v1/outputs/agent-1").expect(404, "not_found")
    client.get("/v1/outputs/out-0000000000").expect(404, "not_found")


@pytest.mark.parametrize("limit", [1, 7, 100, 249, 250, 251, 1000])
def test_pages_give_every_record_once_in_order(client, filled, limit):
    pages = list(client.pages("/v1/outputs", limit=limit))
    assert all(len(page["records"]) <= limit for page in pages)
    records = [record for page in pages for record in page["records"]]
    assert [record["id"] for record in records] == [out_id for out_id, *_ in filled]
    assert [record["seq"] for record in records] == sorted({record["seq"] for record in records})


def test_a_page_holds_a_hundred_unless_told(client, filled):
    assert len(client.get("/v1/outputs").json["records"]) == 100


@pytest.mark.parametrize(
    "filters",
    [
        {"task_id": "task-1"},
        {"task_id": "task-1", "attempt": 2},
        {"producer_agent": "agent-3"},
        {"type": "final"},
        {"type": "artifact"},
        {"type": "partial"},
        {"type": "progress"},
        {"task_id": "task-0", "attempt": 1, "producer_agent": "agent-0", "type": "final"},
        {"task_id": "task-2", "type": "progress"},
        {"producer_agent": "nobody"},
        {"task_id": ""},
    ],
    ids=str,
)
@pytest.mark.parametrize("limit", [5, 1000])
def test_filters_hold_across_pages(client, filled, filters, limit):
    def matches(task, attempt, agent, event):
        found = {
            "task_id": task,
            "attempt": attempt,
            "producer_agent": agent,
            "type": event["type"],
        }
        return all(found[name] == value for name, value in filters.items())

    expected = [out_id for out_id, *what in filled if matches(*what)]
    assert _ids(client, limit=limit, **filters) == expected


def test_bodies_may_be_left_out(client, filled):
    whole = client.get("/v1/outputs", limit=8).json["records"]
    short = client.get("/v1/outputs", limit=8, bodies="false").json["records"]
    sizes = {"final": len('"body"'), "artifact": len("[1, 2]"), "partial": len('"piece"')}
    for one, other in zip(whole, short, strict=True):
        kind = one["event"]["type"]
        if kind != "progress":
            content = "chunk" if kind == "partial" else "content"
            one["event"][content] = {"kind": "inline", "value_bytes": sizes[kind]}
        assert other == one
    assert client.get("/v1/outputs", limit=8, bodies="true").json["records"][0]["event"] == final(
        "body"
    )


def test_after_seq_begins_after_it(client, filled):
    records = client.get("/v1/outputs", limit=1000).json["records"]
    rest = client.get("/v1/outputs", limit=1000, after_seq=records[199]["seq"]).json
    assert rest["records"] == records[200:] and rest["next_cursor"] is None
    after_all = client.get("/v1/outputs", after_seq=records[-1]["seq"]).json
    assert after_all == {
        "records": [],
        "damaged": [],
        "next_cursor": None,
        "next_after_seq": None,
    }
    assert client.get("/v1/outputs", after_seq=2**63 - 1).json["records"] == []


def test_the_latest_of_an_agent(client, filled):
    of_agent = [row for row in filled if row[3] == "agent-3"]
    latest = client.get("/v1/latest", producer_agent="agent-3").expect(200).json
    assert latest["id"] == of_agent[-1][0]
    in_run = [row for row in of_agent if row[1:3] == ("task-0", 2)]
    latest = client.get("/v1/latest", producer_agent="agent-3", task_id="task-0", attempt=2).json
    assert latest["id"] == in_run[-1][0] != of_agent[-1][0]
    client.get("/v1/latest", producer_agent="nobody").expect(404, "not_found")
    client.get("/v1/latest", producer_agent="agent-3", task_id="task-0", attempt=3).expect(404)


def test_tasks_runs_and_agents_with_their_counts(client, filled):
    def of(path, what, **parameters):
        return [row for page in client.pages(path, limit=2, **parameters) for row in page[what]]

    seqs = {
        record["id"]: record["seq"]
        for record in client.get("/v1/outputs", limit=1000).json["records"]
    }

    def counts(*columns):
        rows = {}
        for row in filled:
            rows.setdefault(tuple(row[c] for c in columns), []).append(seqs[row[0]])
        return {key: (len(found), max(found)) for key, found in sorted(rows.items())}

    runs = of("/v1/runs", "runs")
    assert {
        (r["task_id"], r["attempt"]): (r["output_count"], r["last_seq"]) for r in runs
    } == counts(1, 2)
    assert [(r["task_id"], r["attempt"]) for r in runs] == sorted(counts(1, 2))
    assert [r["attempt"] for r in of("/v1/runs", "runs", task_id="task-2")] == [1, 2]
    assert of("/v1/runs", "runs", task_id="no such task") == []

    tasks = of("/v1/tasks", "tasks")
    assert [(t["task_id"],) for t in tasks] == list(counts(1))
    assert [(t["output_count"], t["last_seq"]) for t in tasks] == list(counts(1).values())
    assert {t["attempt_count"] for t in tasks} == {2}

    agents = of("/v1/agents", "agents")
    assert {(a["producer_agent"],): (a["output_count"], a["last_seq"]) for a in agents} == counts(3)


def test_stats(client, filled):
    stats = client.get("/v1/stats").expect(200).json
    assert stats["backend"] == "sqlite" and stats["engine_version"].startswith("SQLite")
    assert (stats["output_count"], stats["task_count"], stats["agent_count"]) == (250, 3, 7)
    assert stats["last_seq"] == client.get("/v1/outputs", limit=1000).json["records"][-1]["seq"]


def test_a_cursor_of_another_listing_is_refused(client, filled):
    cursor = client.get("/v1/tasks", limit=1).json["next_cursor"]
    client.get("/v1/outputs", cursor=cursor).expect(400, "bad_request")


def test_a_plus_sign_in_a_query_is_a_space_as_in_forms(client):
    spaced, plus = (client.emit(output(name)).out_id for name in ("a b", "a+b"))
    for spelling, out_id in [("a+b", spaced), ("a%20b", spaced), ("a%2Bb", plus), ("a%2bb", plus)]:
        assert client.get(f"/v1/latest?producer_agent={spelling}").json["id"] == out_id


class TestWords:
    """The caller's own words: any text, the empty one included."""

    WORDS = [
        "",
        " ",
        "a b",
        "a+b",
        "蜂の巣",
        "🐝",
        "&=?#",
        "a/b",
        "%2B",
        "\u007f\u0001",
        "é",
        "e\u0301",
        "null",
        "-1",
        "x" * 2000,
    ]

    @pytest.fixture(scope="class")
    def words(self, tmp_path_factory):
        server = Server(tmp_path_factory.mktemp("words"))
        with server.client() as caller:
            ids = {
                word: caller.emit(output(word, task=word, attempt=i)).out_id
                for i, word in enumerate(self.WORDS)
            }
            yield caller, ids
        server.stop()

    @pytest.mark.parametrize("word", WORDS, ids=range(len(WORDS)))
    def test_is_found_by_all_that_it_names(self, words, word):
        caller, ids = words
        attempt = self.WORDS.index(word)
        assert _ids(caller, task_id=word) == [ids[word]]
        assert _ids(caller, task_id=word, attempt=attempt, producer_agent=word) == [ids[word]]
        assert _ids(caller, producer_agent=word) == [ids[word]]
        assert caller.get("/v1/latest", producer_agent=word).json["id"] == ids[word]
        assert caller.get("/v1/runs", task_id=word).json["runs"][0]["task_id"] == word

    @pytest.mark.parametrize("limit", [1, 4, 1000])
    def test_listings_are_in_the_order_of_bytes(self, words, limit):
        caller, _ = words
        in_order = sorted(self.WORDS, key=str.encode)
        for path, what, name in [
            ("/v1/tasks", "tasks", "task_id"),
            ("/v1/runs", "runs", "task_id"),
            ("/v1/agents", "agents", "producer_agent"),
        ]:
            found = [row[name] for page in caller.pages(path, limit=limit) for row in page[what]]
            assert found == in_order


def test_a_damaged_row_is_named_and_hides_nothing(start):
    server = start()
    with server.client() as caller:
        first = caller.emit(output()).out_id
        with sqlite3.connect(server.database) as database:
            database.execute(
                "INSERT INTO outputs (id, task_id, attempt, producer_agent, event_json,"
                " parent_refs_json, seq) VALUES ('out-baddbaddba', 'bees', 1, 'vandal', '{', '[]',"
                " (SELECT MAX(seq) + 1 FROM outputs))"
            )
        database.close()
        last = caller.emit(output()).out_id
        page = caller.get("/v1/outputs").expect(200).json
        assert [record["id"] for record in page["records"]] == [first, last]
        assert [(row["id"], row["seq"]) for row in page["damaged"]] == [
            ("out-baddbaddba", page["records"][0]["seq"] + 1)
        ]
        for path in ["outputs/out-baddbaddba", "data/vandal", "outputs/out-baddbaddba/content"]:
            problem = caller.get(f"/v1/{path}").expect(500, "corrupt").json
            assert "out-baddbaddba" in problem["detail"]


def test_a_record_that_another_program_wrote_has_no_time(start):
    server = start()
    with server.client() as caller:
        caller.emit(output())
        with sqlite3.connect(server.database) as database:
            database.execute(
                "INSERT INTO outputs VALUES ('out-0a0a0a0a0a', 'bees', 1, 'other',"
                """ '{"type":"progress","stage":"s"}', '[]', 2, NULL)"""
            )
        database.close()
        record = caller.get("/v1/outputs/out-0a0a0a0a0a").expect(200).json
        assert record["created_at"] is None and record["event"] == progress("s")
