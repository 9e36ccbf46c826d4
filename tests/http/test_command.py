"""What the command says of a file, it says of a server that has this file."""

import json
import re
import shlex
import sqlite3
from contextlib import closing

import pytest

from commands import FILE_ONLY, MCP, OTHERS, READS, WRITES
from server import skep

pytest_plugins = ("pair",)


def test_no_command_is_left_out():
    listed = re.search(r"\nSubcommands:\n(.*?)\n\n", skep("--help").stdout, re.DOTALL)[1]
    names = re.findall(r"^  (\S+)", listed, re.MULTILINE)
    assert sorted(names) == sorted({*READS, *WRITES, *FILE_ONLY, *OTHERS})


@pytest.mark.parametrize("command", READS)
def test_reading(steady, command):
    for call in READS[command]:
        assert steady.both(command, *shlex.split(call)).returncode != 1
    assert steady.both(command, *shlex.split(READS[command][0]), "--json").stdout.startswith("{")


def test_stats(steady):
    """The sizes of the file and its log depend on who has it open."""
    shown = [json.loads(run("stats", "--json").stdout) for run in (steady.here, steady.there)]
    for stats in shown:
        assert stats.pop("wal_bytes") >= 0
        assert stats.pop("database_bytes") > 0
    assert shown[0] == shown[1]
    assert shown[0]["output_count"] == 9
    texts = [run("stats").stdout.splitlines() for run in (steady.here, steady.there)]
    assert texts[0][0].split() == ["store", str(steady.database)]
    assert texts[1][0].split() == ["store", steady.server.url]
    assert [line for line in texts[0][1:] if not line.startswith("size")] == [
        line for line in texts[1][1:] if not line.startswith("size")
    ]


def test_mcp(pair):
    call = ("mcp", "--task", "bees", "--agent", "model")
    told = [pair.told(run(*call, stdin=MCP)) for run in (pair.here, pair.there)]
    answers = [sorted(filter(None, out)) for _, out, _ in told]
    assert answers[0] == answers[1]
    assert [status for status, _, _ in told] == [0, 0]
    assert len(answers[0]) == 4 and not any('"error"' in answer for answer in answers[0])
    assert pair.records()[-1]["producer_agent"] == "model"


def test_damage_that_verify_finds(pair):
    for name in ("here", "there"):
        with closing(sqlite3.connect(pair.folder / name / "swarm.db")) as file, file:
            file.execute("UPDATE outputs SET event_json = '{' WHERE id = 'out-00000000a2'")
    for form in ((), ("--json",)):
        assert pair.both("verify", *form).returncode == 5
    assert pair.both("get", "out-00000000a2").returncode == 5
    assert pair.both("list").returncode == 5


def test_a_store_without_an_index(pair):
    for name in ("here", "there"):
        ran = skep("index", "--off", "--db", pair.folder / name / "swarm.db")
        assert ran.returncode == 0, ran.stderr
    assert pair.both("search", "dance").returncode == 11


@pytest.mark.parametrize(
    "call", [f"{name} {call}" for name, calls in FILE_ONLY.items() for call in calls]
)
def test_what_needs_a_file_says_so(pair, call):
    assert pair.here("backup", "backup.db").returncode == 0
    keys = pair.server.database.with_name("swarm.db.key").read_bytes()
    before = sorted(pair.folder.iterdir())
    ran = pair.there(*shlex.split(call))
    assert ran.returncode == 2, ran
    assert ran.stdout == ""
    assert re.match(r"skep: .*--db", ran.stderr)
    assert sorted(pair.folder.iterdir()) == before
    assert pair.server.database.with_name("swarm.db.key").read_bytes() == keys
    assert pair.there("search", "dance").returncode == 0
