// The command line of the protocol's own inspector, over both transports.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import test from 'node:test';
import { promisify } from 'node:util';

import { command, newDirectory, serve, skep } from './servers.mjs';

const inspector = join(dirname(createRequire(import.meta.url).resolve('@modelcontextprotocol/inspector-cli')), 'cli.js');

async function inspect(target, ...args) {
  const { stdout } = await promisify(execFile)(process.execPath, [inspector, '--cli', ...target, ...args], {
    cwd: dirname(inspector), maxBuffer: 1 << 26 });
  return JSON.parse(stdout);
}

for (const transport of ['stdio', 'HTTP']) {
  test(`over ${transport}`, async (t) => {
    const database = join(newDirectory(), 'swarm.db');
    const ref = skep('emit', '--db', database, '--task', 'bees', '--agent', 'writer', 'Bees dance.').trim();
    skep('index', '--db', database);
    const server = transport === 'HTTP' ? await serve(database) : null;
    t.after(() => server?.end());
    const target = server ? [`${server.url}/mcp`, '--transport', 'http'] : [command, 'mcp', '--db', database];
    const call = (name, ...args) =>
      inspect(target, '--method', 'tools/call', '--tool-name', name, ...args.flatMap((arg) => ['--tool-arg', arg]));

    const { tools } = await inspect(target, '--method', 'tools/list');
    assert.equal(tools.length, 5);
    const stored = await call('emit_output', 'text=They do.', 'task_id=bees', 'producer_agent=editor', `parent_refs=["${ref}"]`);
    const child = stored.structuredContent.ref;
    assert.equal((await call('read_output', `ref=${child}`, 'max_chars=4')).structuredContent.text, 'They');
    assert.equal((await call('list_run', 'task_id=bees')).structuredContent.outputs.length, 2);
    assert.equal((await call('search_outputs', 'words=dance')).structuredContent.hits[0].ref, ref);
    assert.deepEqual((await call('why_output', `ref=${child}`)).structuredContent.nodes.map((node) => node.ref), [child, ref]);
    assert.equal((await call('read_output', 'ref=out-ffffffffff')).isError, true);

    assert.equal((await inspect(target, '--method', 'resources/list')).resources[0].uri, 'skep://run/bees/1');
    assert.equal((await inspect(target, '--method', 'resources/templates/list')).resourceTemplates.length, 3);
    const { contents } = await inspect(target, '--method', 'resources/read', '--uri', `skep://output/${child}`);
    assert.equal(contents[0].text, 'They do.');
    await assert.rejects(inspect(target, '--method', 'resources/read', '--uri', 'skep://output/none'), /no such resource/);
    await assert.rejects(call('nope'), /not found|unknown tool/i);
  });
}
