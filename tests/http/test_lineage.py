"""What outputs were derived from, and what was derived from them, over HTTP."""

import json
import re
import shutil
import subprocess

import pytest

from outputs import final, output

GONE = "out-00000000aa"


@pytest.fixture(scope="module")
def refs(server):
    """A diamond in one task, with a parent that is missing, and an output of another task in it."""
    with server.client() as caller:

        def emit(name, parents, task="mine", attempt=1):
            return caller.emit(
                output(name, final(name), task, attempt, parent_refs=parents)
            ).out_id

        refs = {"top": emit('to"p\\ <b>&amp;\u001b[31m', [])}
        refs["left"] = emit("left", [refs["top"], GONE])
        refs["theirs"] = emit("theirs", [refs["top"]], "theirs")
        refs["later"] = emit("later", [refs["top"]], attempt=2)
        refs["end"] = emit("end", [refs["left"], refs["theirs"], refs["later"]])
        return refs


def _ids(lineage):
    return [node["id"] for node in lineage["nodes"]]


def _edges(lineage):
    return {(edge["child"], edge["parent"]) for edge in lineage["edges"]}


def test_ancestors(client, refs):
    lineage = client.get(f"/v1/outputs/{refs['end']}/ancestors").expect(200).json
    assert lineage["direction"] == "ancestors"
    names = ("end", "left", "theirs", "later", "top")
    assert _ids(lineage) == [refs[name] for name in names] + [GONE]
    assert [node["depth"] for node in lineage["nodes"]] == [0, 1, 1, 1, 2, 2]
    assert [node["state"] for node in lineage["nodes"]] == ["present"] * 5 + ["missing"]
    assert lineage["nodes"][5]["task_id"] is None
    assert lineage["nodes"][3]["attempt"] == 2
    assert len(_edges(lineage)) == len(lineage["edges"]) == 7
    assert (refs["left"], GONE) in _edges(lineage)
    assert not lineage["cut_by_depth"] and not lineage["cut_by_count"]


def test_descendants(client, refs):
    lineage = client.get(f"/v1/outputs/{refs['top']}/descendants").expect(200).json
    assert _ids(lineage) == [refs[n] for n in ("top", "left", "theirs", "later", "end")]
    missing = client.get(f"/v1/outputs/{GONE}/descendants").expect(200).json
    assert _ids(missing) == [GONE, refs["left"], refs["end"]]


def test_what_is_not_there(client):
    for way in ("ancestors", "descendants"):
        client.get(f"/v1/outputs/out-ffffffffff/{way}").expect(404, "not_found")
    client.get(f"/v1/outputs/{GONE}/ancestors").expect(404, "not_found")


def test_limits(client, refs):
    path = f"/v1/outputs/{refs['end']}/ancestors"
    lineage = client.get(path, max_depth=1).json
    assert len(lineage["nodes"]) == 4 and lineage["cut_by_depth"]
    lineage = client.get(path, max_count=2).json
    assert len(lineage["nodes"]) == 2 and lineage["cut_by_count"]
    lineage = client.get(path, task_id="mine", attempt=1).json
    assert [node["state"] for node in lineage["nodes"]].count("missing") == 3


@pytest.mark.parametrize(
    "name, value",
    [
        ("max_depth", "-1"),
        ("max_depth", "1000001"),
        ("max_count", "0"),
        ("max_count", "100001"),
        ("format", "svg"),
        ("format", ""),
        ("attempt", "1"),
        ("depth", "1"),
    ],
)
def test_a_bad_parameter_is_named(client, refs, name, value):
    for way in ("ancestors", "descendants"):
        path = f"/v1/outputs/{refs['end']}/{way}"
        assert name in client.get(path, **{name: value}).expect(400, "bad_request").json["detail"]


class TestALimitedToken:
    def test_sees_its_own_and_no_way_through_others(self, server, refs):
        with server.client(server.mint("read", "--task", "mine")) as caller:
            lineage = caller.get(f"/v1/outputs/{refs['end']}/ancestors").expect(200).json
            states = {node["id"]: node["state"] for node in lineage["nodes"]}
            assert states[refs["theirs"]] == "missing"
            assert (refs["theirs"], refs["top"]) not in _edges(lineage)
            assert '"theirs"' not in json.dumps(lineage)

            lineage = caller.get(f"/v1/outputs/{refs['top']}/descendants").expect(200).json
            assert refs["theirs"] not in json.dumps(lineage)
            assert _ids(lineage) == [refs[n] for n in ("top", "left", "later", "end")]

    def test_learns_nothing_of_another_root(self, server, refs):
        with server.client(server.mint("read", "--task", "mine")) as caller:
            path = f"/v1/outputs/{refs['theirs']}/ancestors"
            there = caller.get(path).expect(404, "not_found").text
            absent = caller.get("/v1/outputs/out-ffffffffff/ancestors").text
            assert len(there) == len(absent)
        with server.client(server.mint("read", "--task", "other")) as caller:
            caller.get(f"/v1/outputs/{refs['top']}/descendants").expect(404, "not_found")

    def test_of_a_run_sees_that_run(self, server, refs):
        with server.client(server.mint("read", "--task", "mine", "--attempt", "1")) as caller:
            lineage = caller.get(f"/v1/outputs/{refs['top']}/descendants").expect(200).json
            assert _ids(lineage) == [refs[n] for n in ("top", "left", "end")]
            caller.get(f"/v1/outputs/{refs['later']}/ancestors").expect(404, "not_found")

    def test_may_not_ask_for_more(self, server, refs):
        with server.client(server.mint("read", "--task", "mine", "--attempt", "1")) as caller:
            path = f"/v1/outputs/{refs['top']}/descendants"
            caller.get(path, task_id="theirs").expect(403, "forbidden")
            caller.get(path, task_id="mine", attempt=2).expect(403, "forbidden")
            caller.get(path, task_id="mine", attempt=1).expect(200)


def test_for_graphviz(client, refs):
    answer = client.get(f"/v1/outputs/{refs['end']}/ancestors", format="dot").expect(200)
    assert answer.headers["Content-Type"] == "text/vnd.graphviz; charset=utf-8"
    assert answer.text.count(" -> ") == 7
    assert "\x1b" not in answer.text
    if shutil.which("dot") is None:
        pytest.skip("no dot, of Graphviz")
    drawn = subprocess.run(
        ["dot", "-Tplain"], input=answer.body, capture_output=True, check=True
    )
    assert drawn.stderr == b""
    lines = drawn.stdout.decode().splitlines()
    assert sum(line.startswith("node ") for line in lines) == 6
    assert sum(line.startswith("edge ") for line in lines) == 7
    svg = subprocess.run(["dot", "-Tsvg"], input=answer.body, capture_output=True, check=True)
    assert "to&quot;p\\ &lt;b&gt;&amp;amp;\ufffd[31m" in svg.stdout.decode()


def test_for_mermaid(client, refs):
    answer = client.get(f"/v1/outputs/{refs['end']}/ancestors", format="mermaid").expect(200)
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    first, *lines = answer.text.splitlines()
    assert first == "flowchart TD"
    # Quotes, and what Mermaid or a browser would read, are codes.
    node = re.compile(r'  n\d+\["([^"`<>&\\]|<br/>)*"\](:::missing)?')
    edge = re.compile(r"  n\d+ --> n\d+")
    style = re.compile(r"  classDef \w+ \S+")
    assert all(p.fullmatch(l) for p, l in zip([node] * 6 + [edge] * 7 + [style] * 2, lines))
    assert len(lines) == 15
    assert "to#34;p#92; #60;b#62;#38;amp#59;\ufffd[31m" in answer.text
