// Who emits is not the model's to say.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import test from 'node:test';

import { newDirectory, serve, skep, ways } from './servers.mjs';

for (const way of ways) {
  test(`${way.name} is held to its scope`, async (t) => {
    const directory = newDirectory();
    const database = join(directory, 'swarm.db');
    const other = skep('emit', '--db', database, '--task', 'other', '--agent', 'queen', 'secret').trim();
    let server;
    let token;
    if (way.isHttp) {
      server = await serve(database, ['--key-file', join(directory, 'keys')]);
      const mint = (...args) => skep('token', 'mint', '--key-file', join(directory, 'keys'), ...args).trim();
      token = mint('--scope', 'emit,read', '--task', 'bees', '--attempt', '2', '--agent', 'writer');
      await assert.rejects(way.open({ url: server.url }), /401|Unauthorized|token/);
      const reader = await way.open({ url: server.url, token: mint('--scope', 'read') });
      assert.ok(!(await reader.listTools()).tools.some((tool) => tool.name === 'emit_output'));
      await assert.rejects(reader.callTool({ name: 'emit_output', arguments: {} }), /not offered/);
      await reader.close();
    }
    const args = ['--task', 'bees', '--attempt', '2', '--agent', 'writer'];
    const client = await way.open({ database, url: server?.url, token, args });
    t.after(async () => {
      await client.close();
      await server?.end();
    });
    const call = (name, given) => client.callTool({ name, arguments: given });

    const { tools } = await client.listTools();
    for (const name of ['task_id', 'attempt', 'producer_agent']) {
      assert.ok(!(name in tools[0].inputSchema.properties));
    }
    assert.equal(tools[0].inputSchema.required, undefined);
    for (const forged of [{ producer_agent: 'queen' }, { task_id: 'other' }, { attempt: 1 }]) {
      const answer = await call('emit_output', { text: 'x', ...forged });
      assert.equal(answer.isError, true);
      assert.match(answer.content[0].text, /whoever started you/);
    }
    const { ref } = (await call('emit_output', { text: 'mine' })).structuredContent;
    const record = JSON.parse(skep('get', ref, '--db', database, '--json'));
    assert.deepEqual([record.task_id, record.attempt, record.producer_agent], ['bees', 2, 'writer']);

    // A token of a task sees no other; the flags only say who emits.
    const sees = !way.isHttp;
    for (const [name, given] of [['read_output', { ref: other }], ['read_output', { producer_agent: 'queen' }],
      ['list_run', { task_id: 'other', attempt: 1 }], ['why_output', { ref: other }]]) {
      assert.equal((await call(name, given)).isError ?? false, !sees, name);
    }
    const uris = (await client.listResources()).resources.map((resource) => resource.uri);
    assert.equal(uris.includes('skep://run/other/1'), sees);
    assert.ok(uris.includes('skep://run/bees/2'));
    for (const uri of [`skep://output/${other}`, 'skep://run/other/1', 'skep://latest/queen']) {
      const reading = client.readResource({ uri });
      await (sees ? assert.doesNotReject(reading) : assert.rejects(reading, /no such resource/));
    }
    const { completion } = await client.complete({
      ref: { type: 'ref/resource', uri: 'skep://latest/{agent}' }, argument: { name: 'agent', value: '' } });
    assert.equal(completion.values.includes('queen'), sees);
    assert.equal((await call('read_output', { ref })).structuredContent.text, 'mine');
    assert.equal((await call('list_run', { task_id: 'bees', attempt: 2 })).structuredContent.outputs.length, 1);
  });
}

test('a store can be read only', async () => {
  const database = join(newDirectory(), 'swarm.db');
  await assert.rejects(ways[0].open({ database, args: ['--read-only'] }));
  skep('emit', '--db', database, '--task', 't', '--agent', 'a', 'x');
  const client = await ways[0].open({ database, args: ['--read-only'] });
  assert.deepEqual((await client.listTools()).tools.map((tool) => tool.annotations.readOnlyHint), [true, true, true, true]);
  await client.close();
});

test('a server is reached through the command', async () => {
  const directory = newDirectory();
  const server = await serve(join(directory, 'swarm.db'));
  const client = await ways[0].open({ url: server.url, args: ['--task', 't', '--agent', 'a'] });
  const { ref } = (await client.callTool({ name: 'emit_output', arguments: { text: 'over there' } })).structuredContent;
  const { text } = (await client.callTool({ name: 'read_output', arguments: { ref } })).structuredContent;
  assert.equal(text, 'over there');
  await client.close();
  assert.equal(await server.end(), 0);
});
