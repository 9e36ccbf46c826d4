"""Starting a server: its key, its address, its options."""

import base64
import json
import os
import re
import socket
import stat
import subprocess

import pytest

from certificates import certificate_in
from client import PATIENCE_S, Client
from outputs import output
from server import TOKEN, eventually, skep


def _claims(token):
    part = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


def test_keys_are_rotated_while_it_serves(start):
    server = start()

    def works(token):
        with Client(server, token) as caller:
            return caller.get("/v1/stats").status == 200

    def rotate():
        ran = skep("token", "rotate", "--db", server.database)
        assert ran.returncode == 0, ran.stderr

    first = server.token
    assert works(first)
    rotate()
    second = server.mint("read")
    eventually(lambda: works(second), "the new key")
    assert works(first)
    rotate()
    third = server.mint("read")
    eventually(lambda: works(third), "the newest key")
    assert works(second)
    eventually(lambda: not works(first), "the end of the first key")
    server.stop()
    server = start(directory=server.directory)
    assert works(second) and works(third) and not works(first)


def test_the_first_start_makes_a_key_and_prints_a_token(start, tmp_path):
    key = tmp_path / "keys"
    server = start("--key-file", key, directory=tmp_path)
    token = TOKEN.search(server.out)[1]
    assert "admin" in _claims(token)["scope"].split()
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    made = key.read_bytes()
    server.stop()
    assert token not in server.log_text

    server = start("--key-file", key, directory=tmp_path)
    server.stop()
    assert not TOKEN.search(server.out) and key.read_bytes() == made

    server = start("--key-file", key, "--print-token", directory=tmp_path)
    with server.client(token) as caller:
        caller.get("/v1/stats").expect(200)
    with server.client(TOKEN.search(server.out)[1]) as caller:
        caller.post("/v1/records", b"", content_type="application/x-ndjson").expect(200)


def test_a_key_file_that_others_can_read_is_refused(start, tmp_path):
    key = tmp_path / "keys"
    start("--key-file", key, directory=tmp_path).stop()
    key.chmod(0o644)
    ran = skep("serve", "--db", tmp_path / "swarm.db", "--listen", "127.0.0.1:0", "--key-file", key)
    assert ran.returncode not in (0, None) and str(key) in ran.stderr


class TestWithoutTokens:
    def test_everything_is_open(self, start):
        server = start("--no-auth")
        assert not TOKEN.search(server.out)
        with server.anonymous() as caller:
            out_id = caller.emit(output()).out_id
            record = caller.get(f"/v1/outputs/{out_id}").expect(200).text
            imported = caller.post("/v1/records", record, content_type="application/x-ndjson")
            assert imported.expect(200).json["present_count"] == 1
            caller.get("/v1/stats", {"Authorization": "Bearer nonsense"}).expect(200)

    @pytest.mark.parametrize("address", ["0.0.0.0:0", "[::]:0"])
    def test_not_beyond_this_machine(self, tmp_path, address):
        ran = skep("serve", "--db", tmp_path / "swarm.db", "--no-auth", "--listen", address)
        assert ran.returncode == 2 and "--no-auth" in ran.stderr
        ran = skep(
            "serve",
            "--db",
            tmp_path / "swarm.db",
            "--no-auth",
            "--behind-proxy",
            "--listen",
            address,
        )
        assert ran.returncode == 2


class TestBeyondThisMachine:
    def test_not_without_tls(self, tmp_path):
        ran = skep("serve", "--db", tmp_path / "swarm.db", "--listen", "0.0.0.0:0")
        assert ran.returncode == 2 and "--tls-cert" in ran.stderr and "--behind-proxy" in ran.stderr

    def test_behind_a_proxy(self, start):
        server = start("--behind-proxy", listen="0.0.0.0:0")
        with server.client() as caller:
            caller.emit(output()).expect(200)


@pytest.mark.parametrize(
    "options",
    [
        ("--listen", "nonsense"),
        ("--listen", "127.0.0.1"),
        ("--listen", "127.0.0.1:65536"),
        ("--max-body", "x"),
        ("--max-body", "-1"),
        ("--threads", "0"),
        ("--log-level", "loud"),
        ("--tls-cert", "x"),
        ("--unknown",),
        ("--stop-timeout", "-1"),
        ("--cors-origin", "not an origin"),
    ],
    ids=" ".join,
)
def test_options_that_make_no_sense(tmp_path, options):
    ran = skep("serve", "--db", tmp_path / "swarm.db", *options)
    assert ran.returncode == 2 and ran.stderr


def test_an_address_that_is_taken(server, tmp_path):
    ran = skep("serve", "--db", tmp_path / "swarm.db", "--listen", server.address)
    assert ran.returncode != 0 and str(server.port) in ran.stderr


class Greeting:
    """What a start prints: lines that are meant to be pasted."""

    def __init__(self, server):
        self.text = server.out
        self.url = re.search(r"^listening on (\S+)$", self.text, re.M)[1]
        self.token = TOKEN.search(self.text)
        tried = re.search(r"^Try:\n(.*?)^Open ", self.text, re.M | re.S)[1]
        self.commands = re.split(r"^(?=  curl )", tried, flags=re.M)[1:]

    def run(self, **environment):
        """What each command prints, run as a user would run it."""
        printed = []
        for command in self.commands:
            ran = subprocess.run(
                ["bash", "-euo", "pipefail", "-c", command],
                capture_output=True,
                text=True,
                timeout=PATIENCE_S,
                env={**os.environ, **environment},
            )
            assert ran.returncode == 0, (command, ran.stdout, ran.stderr)
            printed.append(ran.stdout)
        return printed

    def check(self, **environment):
        """Fails unless the first line stores something, and the second prints it."""
        emitted, content = self.run(**environment)
        assert re.fullmatch(r"out-\w+", json.loads(emitted)["out_id"])
        assert content.strip() == "Bees dance."


class TestWhatAStartPrints:
    def test_the_first_time_it_works_as_it_is(self, start):
        greeting = Greeting(start())
        assert greeting.token[1] in greeting.commands[0]
        greeting.check(SKEP_TOKEN="")

    def test_later_it_takes_a_token_from_the_environment(self, start):
        first = start()
        token = first.token
        first.stop()
        greeting = Greeting(start(directory=first.directory))
        assert greeting.token is None and token not in greeting.text
        assert all('"Authorization: Bearer $SKEP_TOKEN"' in line for line in greeting.commands)
        greeting.check(SKEP_TOKEN=token)
        assert json.loads(greeting.run(SKEP_TOKEN="")[0])["status"] == 401

    def test_without_tokens_it_asks_for_none(self, start):
        greeting = Greeting(start("--no-auth"))
        assert greeting.token is None and "Authorization" not in greeting.text
        greeting.check(SKEP_TOKEN="")

    def test_over_tls(self, start, tmp_path):
        cert, key = certificate_in(tmp_path)
        greeting = Greeting(start("--tls-cert", cert, "--tls-key", key))
        assert greeting.url.startswith("https://")
        greeting.check(CURL_CA_BUNDLE=str(cert))

    def test_on_an_address_of_ipv6(self, start):
        if not _has_ipv6():
            pytest.skip("this machine has no ::1")
        greeting = Greeting(start(listen="[::1]:0"))
        assert re.fullmatch(r"http://\[::1\]:\d+", greeting.url)
        greeting.check()


def _has_ipv6():
    with socket.socket(socket.AF_INET6) as probe:
        try:
            probe.bind(("::1", 0))
            return True
        except OSError:
            return False
