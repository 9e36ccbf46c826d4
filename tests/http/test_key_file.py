"""A key file that goes bad while the server runs, and is mended."""

import os
import time

import pytest

from metrics import Metrics
from server import eventually, skep

GONE_BAD = "the key file cannot be used; tokens are checked with the keys read before"
READ_AGAIN = "the key file is read again"


class KeyFile:
    """That of `server`. It is looked at when a token comes, once a second."""

    def __init__(self, path, server):
        self.path = path
        self.server = server
        self._whole = path.read_bytes()

    def mend(self):
        """Puts it back, and never half of it."""
        fresh = self.path.with_suffix(".new")
        fresh.write_bytes(self._whole)
        fresh.chmod(0o600)
        os.replace(fresh, self.path)

    def told(self, level, text):
        """The lines of the log that say so, after another request."""
        with self.server.client() as caller:
            caller.get("/v1/stats").expect(200)
        said = {"level": level, "event": text}
        return [entry for entry in self.server.log if said.items() <= entry.items()]

    def is_usable(self):
        """As the metrics have it."""
        with self.server.client() as caller:
            metrics = Metrics(caller.get("/metrics").expect(200).text)
        assert metrics.types["skep_key_file_usable"] == "gauge"
        return metrics.sum("skep_key_file_usable")


@pytest.fixture
def key_file(start, tmp_path):
    path = tmp_path / "keys of bees"
    return KeyFile(path, start("--key-file", path))


SPOILED = {
    "readable by others": lambda path: path.chmod(0o644),
    "gone": lambda path: path.unlink(),
    "cut off": lambda path: os.truncate(path, path.stat().st_size - 5),
    "another text": lambda path: path.write_bytes(b"skep keys 1\nbees dance\n"),
}


@pytest.mark.parametrize("spoil", SPOILED.values(), ids=SPOILED)
def test_one_that_is_spoiled_and_mended(key_file, spoil):
    assert key_file.is_usable() == 1
    spoil(key_file.path)
    (complaint,) = eventually(lambda: key_file.told("error", GONE_BAD), "a complaint")
    assert str(key_file.path) in complaint["error"]
    assert key_file.is_usable() == 0 and not key_file.told("info", READ_AGAIN)
    key_file.mend()
    eventually(lambda: key_file.told("info", READ_AGAIN), "that it is read again")
    assert key_file.is_usable() == 1


def test_one_that_stays_bad_is_told_once(key_file):
    key_file.path.chmod(0o644)
    eventually(lambda: key_file.told("error", GONE_BAD), "a complaint")
    several_looks = time.monotonic() + 2.5
    eventually(
        lambda: key_file.told("error", GONE_BAD) and time.monotonic() > several_looks, "more looks"
    )
    assert len(key_file.told("error", GONE_BAD)) == 1


def test_one_that_goes_bad_again_is_told_again(key_file):
    key_file.path.chmod(0o640)
    eventually(lambda: len(key_file.told("error", GONE_BAD)) == 1, "a complaint")
    key_file.path.chmod(0o600)
    eventually(lambda: key_file.told("info", READ_AGAIN), "its end")
    key_file.path.chmod(0o640)
    eventually(lambda: len(key_file.told("error", GONE_BAD)) == 2, "another complaint")


def test_while_it_is_bad_other_tokens_are_no_better_than_before(key_file, start, tmp_path_factory):
    elsewhere = start(directory=tmp_path_factory.mktemp("elsewhere"))
    key_file.path.unlink()
    eventually(lambda: key_file.told("error", GONE_BAD), "a complaint")
    with key_file.server.client(elsewhere.token) as caller:
        caller.get("/v1/stats").expect(401, "unauthorized")
    with key_file.server.anonymous() as caller:
        caller.get("/v1/stats").expect(401, "unauthorized")


def test_a_key_that_is_rotated_is_no_complaint(key_file):
    rotated = skep(
        "token", "rotate", "--db", key_file.server.database, "--key-file", key_file.path
    )
    assert rotated.returncode == 0, rotated.stderr
    signed_anew = key_file.server.mint("read", "--key-file", key_file.path)
    with key_file.server.client(signed_anew) as caller:
        eventually(lambda: caller.get("/v1/stats").status == 200, "the new key")
    assert key_file.is_usable() == 1
    assert not key_file.told("error", GONE_BAD) and not key_file.told("info", READ_AGAIN)
