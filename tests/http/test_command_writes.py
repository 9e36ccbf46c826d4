"""What the command does to a file, it does to the store of a server."""

import json
import shlex

import pytest

from commands import WRITES, record_lines
from outputs import output
from server import skep

pytest_plugins = ("pair",)

RUN = {
    "is_correct": True,
    "question": "Where is nectar?",
    "history": [
        {"role": "human", "content": "Where is nectar?"},
        {"role": "assistant", "name": "Scout", "content": "By the brook."},
    ],
}


@pytest.fixture
def files(tmp_path):
    """The files that the calls name."""
    more = {"id": "out-00000000b1", **output("new", parent_refs=["out-00000000a1"]), "seq": 1}
    lines = {
        "more": json.dumps({**more, "created_at": "2020-02-01T10:00:00.000Z"}),
        "again": record_lines(),
        "conflict": record_lines().replace("They tell where.", "They tell why."),
    }
    for name, text in lines.items():
        (tmp_path / f"{name}.ndjson").write_text(text)
    (tmp_path / "given.txt").write_text("Given as a file.")
    (tmp_path / "runs" / "hand-made").mkdir(parents=True)
    (tmp_path / "runs" / "hand-made" / "1.json").write_text(json.dumps(RUN))


@pytest.mark.usefixtures("files")
@pytest.mark.parametrize("command", WRITES)
def test_writing(pair, command):
    before = pair.records()
    for i, (call, stdin) in enumerate(WRITES[command]):
        form = ["--json"] if i % 2 else []
        ran = pair.both(command, *shlex.split(call), *form, stdin=stdin)
        after = pair.records()
        assert ran.returncode != 1
        assert ran.returncode == 0 or after == before
        before = after


def test_the_refs_that_a_dry_run_spares(pair):
    """What `prune` only tells of without --yes is there; with it, it is gone."""
    count = len(pair.records())
    options = ("--older-than", "30d", "--remove-newest", "--remove-ancestors")
    assert pair.both("prune", *options).returncode == 0
    assert len(pair.records()) == count
    assert pair.both("prune", *options, "--yes").returncode == 0
    assert len(pair.records()) == 1
    # What they count differs: one of them has taken in more of its edges by now.
    assert pair.here("verify").returncode == pair.there("verify").returncode == 0


def test_an_emit_with_a_key_is_stored_once(pair):
    emit = ("emit", "--task", "bees", "--agent", "new", "--idempotency-key", "k")
    for run in (pair.here, pair.there):
        first = run(*emit, "Once.")
        assert first.returncode == 0
        assert run(*emit, "Once.").stdout == first.stdout
    assert pair.both(*emit, "Twice.").returncode == 7
    assert len([record for record in pair.records() if record["producer_agent"] == "new"]) == 1


def test_a_file_of_no_type_has_none(pair):
    pair.both("emit", "--task", "bees", "--agent", "new", "--file", "-", stdin="nectar")
    assert pair.records()[-1]["event"]["content"]["mime"] is None


def test_an_export_to_a_file(pair, tmp_path):
    exports = []
    for run in (pair.here, pair.there):
        assert run("export", "out.ndjson").returncode == 0
        exports.append((tmp_path / "out.ndjson").read_text())
        (tmp_path / "out.ndjson").unlink()
    assert exports[0] == exports[1]
    assert exports[0].count("\n") == 9
    assert pair.both("export", "nowhere/out.ndjson").returncode == 8


def test_a_blob_that_was_stored_is_read(pair):
    emit = ("emit", "--task", "bees", "--agent", "new", "--file", "-", "--mime", "text/plain")
    assert pair.both(*emit, stdin="nectar").returncode == 0
    assert pair.both("latest", "new", "--body").stdout == "nectar"
    assert pair.both("collect", "--no-grace").returncode == 0
    assert pair.both("latest", "new", "--body").stdout == "nectar"


def test_a_backup(pair):
    """A server sends the records alone, and says so."""
    copies = []
    for name, run in [("here.db", pair.here), ("there.db", pair.there)]:
        assert run("backup", name).returncode == 0
        refused = run("backup", name)
        assert refused.returncode == 7 and "--force" in refused.stderr
        report = json.loads(run("backup", name, "--force", "--json").stdout)
        assert report["record_count"] == 9
        copies.append(skep("export", "--db", pair.folder / name).stdout)
    assert copies[0] == pair.here("export").stdout
    assert copies[1] == copies[0]
    assert "blobs are not in it" in pair.there("backup", "again.db").stdout


class TestMigrating:
    @pytest.fixture
    def migrate(self, pair):
        """Migrates from one place to another with the token and the certificate that it needs."""

        def run(*arguments, **more):
            environment = {"SKEP_TOKEN": pair.server.token, "SKEP_CA_FILE": str(pair.ca), **more}
            return pair.run("migrate", *arguments, **environment)

        return run

    def test_from_a_server(self, pair, migrate):
        ran = [migrate(place, f"{i}.db") for i, place in enumerate(_places(pair))]
        assert ran[1].returncode == 0, ran[1].stderr
        assert pair.told(ran[0]) == pair.told(ran[1])
        exports = [pair.run("export", "--db", f"{i}.db").stdout for i in range(2)]
        assert exports[1].replace("1.db.blobs", "0.db.blobs") == exports[0]
        assert pair.run("latest", "painter", "--body", "--db", "1.db").stdout == "honey"

    def test_to_a_server(self, pair, migrate):
        (pair.folder / "more").mkdir()
        more = pair.folder / "more" / "swarm.db"
        lines = record_lines().replace("out-00000000", "out-00000001")
        assert skep("import", "-", "--db", more, input=lines).returncode == 0
        ran = [migrate(more, place, "--json") for place in _places(pair)]
        assert pair.told(ran[0])[1] == pair.told(ran[1])[1]
        assert [one.returncode for one in ran] == [10, 10]
        assert len(pair.records()) == 9 + 8

    def test_the_certificate_may_be_named_in_the_call(self, pair, migrate):
        ran = migrate(pair.server.url, "copy.db", "--ca-file", pair.ca, SKEP_CA_FILE="")
        assert ran.returncode == 0, ran.stderr

    def test_each_place_has_its_token(self, pair, migrate):
        reader = pair.server.mint("read")
        from_there = (pair.server.url, "copy.db")
        assert migrate(*from_there, SKEP_TOKEN="", SKEP_FROM_TOKEN=reader).returncode == 0
        assert migrate(*from_there, SKEP_TOKEN="").returncode == 9
        to_there = (pair.database, pair.server.url)
        assert migrate(*to_there, SKEP_TOKEN="", SKEP_TO_TOKEN=reader).returncode == 9

    def test_a_store_is_not_named_twice(self, pair, migrate):
        ran = migrate(pair.database, "copy.db", "--url", pair.server.url)
        assert ran.returncode == 2
        assert "leave out --db and --url" in ran.stderr
        assert not (pair.folder / "copy.db").exists()


def _places(pair):
    return pair.database, pair.server.url
