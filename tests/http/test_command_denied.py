"""How the command speaks of tokens that do not do, and of servers that are none."""

import json
import shlex
import socket
from contextlib import closing

import pytest

from server import eventually

pytest_plugins = ("pair",)

READ = ["get out-00000000a1", "list", "tail --all", "stats", "export"]
EMIT = ["emit --task bees --agent stranger x"]
ADMIN = ["import more.ndjson", "prune --keep 1 --yes", "collect", "backup copy.db", "verify"]
DENIED = 9


@pytest.fixture(scope="module")
def files(steady):
    record = json.loads(steady.here("get", "out-00000000a1", "--json").stdout)
    (steady.folder / "more.ndjson").write_text(json.dumps({**record, "id": "out-00000000b1"}))


@pytest.fixture(scope="module")
def denied(steady, files):
    """Fails unless a call is denied in one line that has these words; nothing is done."""

    def check(call, token, *words):
        ran = steady.there(*shlex.split(call), token=token)
        assert ran.returncode == DENIED, ran
        assert ran.stdout == ""
        assert ran.stderr.startswith("skep: ") and ran.stderr.count("\n") == 1
        assert [word for word in words if word not in ran.stderr] == [], ran.stderr

    yield check
    assert not (steady.folder / "copy.db").exists()
    assert len(steady.both("export").stdout.splitlines()) == 9


@pytest.mark.parametrize("call", READ + EMIT + ADMIN)
def test_no_token(denied, call):
    denied(call, "", "a token is needed", "skep token mint")


def test_where_a_token_belongs(denied):
    """A caller of the command can set a variable, not a header."""
    denied("list", "", "SKEP_TOKEN")


@pytest.mark.parametrize("token", ["nonsense", "a.b.c", "x" * 5000], ids=len)
def test_a_token_that_is_none(denied, token):
    denied("backup copy.db", token, "token is malformed")


def test_a_token_that_is_over(denied, steady):
    token = steady.server.mint("admin", "--expires", "1s")

    def is_over():
        return steady.there("tasks", token=token).returncode == DENIED

    eventually(is_over, "the end of the token")
    for call in ("list", EMIT[0], "verify", "export", "tail"):
        denied(call, token, "expired")


def test_a_token_of_another_server(denied, steady, tmp_path):
    """It is signed by no key of this one."""
    minted = steady.run("token", "mint", "--scope", "admin", "--key-file", tmp_path / "keys")
    denied("list", minted.stdout.strip(), "token")


@pytest.mark.parametrize("call", READ)
def test_emit_is_not_read(denied, steady, call):
    denied(call, steady.server.mint("emit"), "read")


def test_read_is_not_emit(denied, steady):
    denied(EMIT[0], steady.server.mint("read"), "emit")


@pytest.mark.parametrize("call", ADMIN)
def test_emit_and_read_are_not_admin(denied, steady, call):
    denied(call, steady.server.mint("emit read"), "admin")


class TestATokenOfATask:
    @pytest.fixture(scope="class")
    def token(self, steady):
        return steady.server.mint("emit read", "--task", "bees")

    @pytest.mark.parametrize(
        "call",
        [
            "get out-00000000a1",
            "latest editor --task bees --attempt 2",
            "list --task bees",
            "runs --task bees",
            "diff bees/1 bees/2",
            "export --task bees",
            "search dance --task bees",
            "why out-00000000a7",
        ],
    )
    def test_reads_in_it_as_on_a_file(self, steady, token, call):
        here = steady.here(*shlex.split(call))
        there = steady.there(*shlex.split(call), token=token)
        assert steady.told(there) == steady.told(here)
        assert there.stdout

    @pytest.mark.parametrize(
        "call",
        [
            "list",
            "runs",
            "stats",
            "export",
            "search dance",
            "latest editor",
            "show wasps/1",
            "tail --task bees",
            "emit --task wasps --agent stranger x",
        ],
    )
    def test_is_denied_elsewhere(self, denied, token, call):
        denied(call, token, "in task 'bees' only")

    def test_administers_nothing(self, denied, steady):
        token = steady.server.mint("admin", "--task", "bees")
        for call in ("verify", "import more.ndjson"):
            denied(call, token, "limited")

    def test_tells_how_it_could_follow(self, denied, token):
        denied("tail --task bees", token, "--all", "--after-seq")


def test_a_token_of_an_agent_emits_as_it_alone(denied, steady):
    denied(EMIT[0], steady.server.mint("emit", "--agent", "writer"), "as 'writer' only")


class TestNoServer:
    @pytest.fixture(scope="class")
    def nobody(self):
        """An address where nobody listens, for as long as it is taken."""
        with closing(socket.socket()) as taken:
            taken.bind(("127.0.0.1", 0))
            yield f"https://127.0.0.1:{taken.getsockname()[1]}"

    @pytest.mark.parametrize("call", ["list", "tail", *EMIT, "backup copy.db"])
    def test_nobody_listens(self, steady, files, nobody, call):
        ran = steady.run(*shlex.split(call), "--url", nobody, SKEP_TOKEN="a.b.c")
        assert ran.returncode == 4
        assert f"cannot reach {nobody}" in ran.stderr

    @pytest.mark.parametrize("url", ["", "nowhere", "ftp://127.0.0.1", "http://", "http://[::1"])
    def test_an_address_that_is_none(self, steady, url):
        ran = steady.run("list", "--url", url)
        assert ran.returncode == 2
        assert f"'{url}'" in ran.stderr

    def test_an_option_without_its_address(self, steady):
        ran = steady.run("list", "--url")
        assert ran.returncode == 2
        assert "--url" in ran.stderr

    def test_a_certificate_that_is_not_trusted(self, steady):
        ran = steady.run("list", "--url", steady.server.url, SKEP_TOKEN=steady.server.token)
        assert ran.returncode == 8, ran
        assert "certificate" in ran.stderr

    def test_a_file_of_certificates_that_is_none(self, steady):
        for path in ("nowhere.pem", steady.database):
            ran = steady.run("list", "--url", steady.server.url, "--ca-file", path)
            assert ran.returncode == 2, ran
            assert str(path) in ran.stderr

    def test_plain_http_is_not_spoken_to_tls(self, steady):
        ran = steady.run("list", "--url", steady.server.url.replace("https", "http"))
        assert ran.returncode not in (0, 2)
        assert ran.stderr.startswith("skep: ")


def test_variables_name_a_server_too(steady):
    environment = {
        "SKEP_URL": steady.server.url,
        "SKEP_CA_FILE": str(steady.ca),
        "SKEP_TOKEN": steady.server.token,
    }
    assert steady.run("list", **environment).stdout == steady.here("list").stdout
