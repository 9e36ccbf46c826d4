"""What other programs do to the file of a server."""

import contextlib
import fcntl
import json
import sqlite3

from client import PATIENCE_S
from outputs import partial


@contextlib.contextmanager
def opened(database):
    """A connection that begins and ends transactions only where it is told to."""
    connection = sqlite3.connect(database, timeout=PATIENCE_S, isolation_level=None)
    with contextlib.closing(connection):
        yield connection


@contextlib.contextmanager
def writing(database):
    """Nobody else can write meanwhile."""
    with opened(database) as connection:
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        finally:
            connection.execute("ROLLBACK")


@contextlib.contextmanager
def keeping_readers_out(database):
    """Nobody else can read meanwhile: SQLite itself has no such lock on a file with a log."""
    with open(f"{database}-shm", "r+b") as index:
        fcntl.lockf(index, fcntl.LOCK_EX | fcntl.LOCK_NB, 5, 123)
        yield


def fill(database, count, task="many", agent="filler", event=None, created_at=None):
    """Puts in `count` records that are alike, at once."""
    with opened(database) as connection:
        connection.execute(
            "WITH RECURSIVE"
            " number(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < :count),"
            " before(seq) AS (SELECT COALESCE(MAX(seq), 0) FROM outputs)"
            " INSERT INTO outputs SELECT printf('out-%010x', seq + n), :task, 1, :agent, :event,"
            " '[]', seq + n, :created_at FROM number, before",
            {
                "count": count,
                "task": task,
                "agent": agent,
                "event": json.dumps(partial("x") if event is None else event),
                "created_at": created_at,
            },
        )


def insert(database, *rows):
    """Puts in rows of (id, event as text, seq), of the agent "other" in a run of bees."""
    with opened(database) as connection:
        connection.executemany(
            "INSERT INTO outputs VALUES (?, 'bees', 1, 'other', ?, '[]', ?, NULL)", rows
        )
