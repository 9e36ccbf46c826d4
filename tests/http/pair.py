"""One store twice: as a file, and as a copy of it that a guarded server gives over TLS."""

import json
import os
import re
import shutil
from concurrent.futures import ThreadPoolExecutor

import pytest

from certificates import certificate_in
from commands import record_lines
from server import Server, skep

REF = re.compile(r"out-(?!00000000)[0-9a-f]{10}")
STORED_NOW = re.compile(r'("created_at":)"(?!2020)[^"]*"')
NO_STORE = {"SKEP_DB": "", "SKEP_URL": "", "SKEP_TOKEN": "", "SKEP_CA_FILE": ""}


class Pair:
    """`here` runs a command on the file, `there` on the server."""

    def __init__(self, folder, certificate, original):
        self.folder = folder
        self.database = folder / "here" / "swarm.db"
        self.ca, key = certificate
        for name in ("here", "there"):
            shutil.copytree(original, folder / name)
        self.server = Server(folder / "there", "--tls-cert", self.ca, "--tls-key", key, ca=self.ca)

    @property
    def at_server(self):
        """What makes a command turn to the server."""
        return ("--url", self.server.url, "--ca-file", self.ca)

    def environment(self, **more):
        """Variables that name no store, but for what `more` names."""
        return {**os.environ, **NO_STORE, **more}

    def run(self, *arguments, stdin="", **more):
        return skep(*arguments, input=stdin, cwd=self.folder, env=self.environment(**more))

    def here(self, *arguments, stdin=""):
        return self.run(*arguments, "--db", self.database, stdin=stdin)

    def there(self, *arguments, stdin="", token=None):
        token = self.server.token if token is None else token
        return self.run(*arguments, *self.at_server, stdin=stdin, SKEP_TOKEN=token)

    def both(self, *arguments, stdin=""):
        """Runs it on both, which has to come to the same, and gives what it came to."""
        with ThreadPoolExecutor(2) as pool:
            here, there = pool.map(
                lambda run: run(*arguments, stdin=stdin), (self.here, self.there)
            )
        for one, other in zip(self.told(there), self.told(here), strict=True):
            assert one == other, arguments
        return here

    def told(self, ran):
        """What a command told, but for the refs, times and places of what is new."""
        texts = (self._without_news(text) for text in (ran.stdout, ran.stderr))
        return ran.returncode, *(text.split("\n") for text in texts)

    def records(self):
        """The records of both, which have to be the same."""
        return [json.loads(line) for line in self.both("export").stdout.splitlines()]

    def _without_news(self, text):
        for name in ("here", "there"):
            text = text.replace(str(self.folder / name), "FOLDER")
        there = " ".join(map(str, self.at_server))
        text = text.replace(there, "--db FOLDER/swarm.db")
        text = text.replace(self.server.url, "FOLDER/swarm.db")
        for i, ref in enumerate(dict.fromkeys(REF.findall(text))):
            text = text.replace(ref, f"new ref {i}")
        return STORED_NOW.sub(r'\1"now"', text)


@pytest.fixture(scope="session")
def original(tmp_path_factory):
    """The folder of a store with records, a blob and an index, which nobody has open."""
    folder = tmp_path_factory.mktemp("original")
    database = folder / "swarm.db"
    blob = ["emit", "--task", "bees", "--agent", "painter", "--file", "-", "--mime", "image/png"]
    for arguments, stdin in [(["import", "-"], record_lines()), (blob, "honey"), (["index"], "")]:
        ran = skep(*arguments, "--db", database, input=stdin)
        assert ran.returncode == 0, ran.stderr
    return folder


@pytest.fixture(scope="session")
def self_signed(tmp_path_factory):
    return certificate_in(tmp_path_factory.mktemp("tls"))


@pytest.fixture(scope="module")
def steady(tmp_path_factory, self_signed, original):
    """A pair to which nothing is written."""
    both = Pair(tmp_path_factory.mktemp("steady"), self_signed, original)
    yield both
    both.server.stop()


@pytest.fixture
def pair(tmp_path, self_signed, original):
    """A pair of one's own."""
    both = Pair(tmp_path, self_signed, original)
    yield both
    both.server.stop()
