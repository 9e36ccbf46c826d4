"""All commands of `skep`, calls of each, and the records that they are about."""

import json

from outputs import artifact, file_ref, final, output, partial, progress

DANCE = "Bees dance.\nThey tell where.\nThen they fly.\n"
EVENTS = [
    ("out-00000000a1", "writer", 1, final(DANCE), []),
    ("out-00000000a2", "editor", 1, final("Bees dance to say where."), ["out-00000000a1"]),
    ("out-00000000a3", "editor", 1, progress("reading", "2/5"), []),
    ("out-00000000a4", "judge", 1, final({"score": [0.9, {"why": "é 🐝"}]}, ok=False), []),
    ("out-00000000a5", "writer", 2, final(DANCE.replace("dance", "sing")), []),
    ("out-00000000a6", "editor", 2, partial("Bees\x1b[31m sing"), ["out-00000000a5"]),
    ("out-00000000a7", "editor", 2, artifact("a map", ["x"]), ["out-00000000a6", "gone"]),
    ("out-00000000a8", "poet", 2, {**final(), "content": file_ref()}, ["out-00000000a2"]),
]


def record_lines():
    """Records as `skep export` writes them, all of the year 2020."""
    lines = []
    for seq, (ref, agent, attempt, event, parents) in enumerate(EVENTS, 1):
        record = {"id": ref, **output(agent, event, attempt=attempt, parent_refs=parents)}
        record.update(seq=seq, created_at=f"2020-01-0{seq}T10:00:00.000Z")
        lines.append(json.dumps(record) + "\n")
    return "".join(lines)


def _rpc(request_id, method, **parameters):
    return json.dumps({"jsonrpc": "2.0", "id": request_id, "method": method, "params": parameters})


MCP = "\n".join(
    [
        _rpc(
            1,
            "initialize",
            protocolVersion="2025-06-18",
            capabilities={},
            clientInfo={"name": "a test", "version": "1"},
        ),
        json.dumps({"jsonrpc": "2.0", "method": "notifications/initialized"}),
        _rpc(2, "tools/list"),
        _rpc(3, "tools/call", name="emit_output", arguments={"text": "By a model."}),
        _rpc(4, "tools/call", name="read_output", arguments={"ref": "out-00000000a1"}),
        "",
    ]
)

# Command -> calls that change nothing, as a shell would read them.
READS = {
    "get": [
        "out-00000000a1",
        "out-00000000a3",
        "out-00000000a4 --body",
        "out-00000000a6",
        "out-00000000a8 --body",
        "out-nowhere",
    ],
    "latest": [
        "editor",
        "editor --task bees --attempt 2 --body",
        "painter --body",
        "nobody",
        "editor --attempt 2",
    ],
    "slice": [
        "out-00000000a1 --lines 2-3",
        "out-00000000a1 --max-chars 5",
        "writer --grep dance -i -C 1",
        "out-00000000a4 --pointer /score/1/why",
        "painter",
        "out-00000000a1 --lines 99",
        "out-00000000a1 --grep (",
        "out-00000000a3",
    ],
    "search": [
        "dance",
        "'dan* OR sing' --type final --since 2020-01-01 --limit 1",
        "dance --task bees --attempt 1 --agent editor",
        "'\"dance'",
    ],
    "list": [
        "",
        "--task bees --attempt 2",
        "--agent editor --type progress",
        "--attempt 2",
    ],
    "why": [
        "out-00000000a7",
        "out-00000000a7 --dot",
        "editor --depth 1",
        "out-nowhere",
    ],
    "impact": ["out-00000000a1", "out-00000000a5 --mermaid", "gone"],
    "show": ["bees/1", "bees/2 --full", "wasps/1"],
    "diff": [
        "bees/1 bees/2",
        "bees/1 bees/2 --summary",
        "bees/1 bees/1",
        "bees/1 wasps/1",
    ],
    "tasks": [""],
    "runs": ["", "--task wasps"],
    "agents": [""],
    "export": [
        "",
        "--format openlineage",
        "--format otlp --bodies",
        "--task wasps",
    ],
    "collect": ["--dry-run --no-grace", "--grace never"],
    "prune": ["--older-than 30d", "--keep 1 --task bees --remove-ancestors", ""],
    "verify": [""],
}

# Command -> calls that store or remove something, and what they read.
WRITES = {
    "emit": [
        ("--task bees --agent new 'Bees dance.'", ""),
        ("--task bees --agent new --attempt 7 --not-ok", "from standard input\n"),
        ("--task bees --agent new --value '{ \"b\": 1.0,\n \"a\": [] }'", ""),
        ("--task bees --agent new --file - --mime image/png", "honey"),
        ("--task bees --agent new --file given.txt --mime text/plain --type artifact --name b", ""),
        ("--task bees --agent new --link given.txt", ""),
        ("--task bees --agent new --type progress --stage reading --note 2/5", ""),
        ("--task bees --agent new --type partial -", "a part"),
        ("--task bees --agent new x --parent out-00000000a1 --parent out-nowhere", ""),
        ('--task "" --agent é --event \'{"type":"progress","stage":"s","note":null}\'', ""),
        ("--task bees --agent new --value '{'", ""),
        ("--task bees --agent new --event '{}'", ""),
        ("--task bees --agent new --file nowhere.txt", ""),
        ("--agent new x", ""),
    ],
    "import": [
        ("more.ndjson", ""),
        ("-", '{"id":"out-0000000001"'),
        ("again.ndjson", ""),
        ("conflict.ndjson", ""),
        ("--from who-and-when runs", ""),
        ("--from who-and-when nowhere", ""),
        ("nowhere.ndjson", ""),
    ],
    "prune": [
        ("--older-than 30d --yes", ""),
        ("--keep 1 --yes --remove-newest --remove-ancestors --task bees", ""),
    ],
    "collect": [("--no-grace", "")],
}

# Command -> calls that are about a file, and refuse a server.
FILE_ONLY = {
    "serve": ["--listen 127.0.0.1:0"],
    "token": ["mint", "rotate", "inspect"],
    "restore": ["backup.db"],
    "index": ["", "--off"],
}

# These have tests of their own: what they tell depends on where the store is.
OTHERS = {"stats", "mcp", "tail", "backup", "migrate"}
