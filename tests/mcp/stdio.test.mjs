// The pipe itself: what a client that is in a hurry, broken or gone does to it.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import test, { after } from 'node:test';

import { command, eventually, kNewest, kPatience, newDirectory, skep } from './servers.mjs';

const initialize = {
  jsonrpc: '2.0', id: 'first', method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'raw', version: '1' } },
};
const stateless = (id, method, params = {}) => ({
  jsonrpc: '2.0', id, method,
  params: { ...params, _meta: { 'io.modelcontextprotocol/protocolVersion': kNewest, 'io.modelcontextprotocol/clientCapabilities': {} } },
});
const emit = (id, text) => ({
  jsonrpc: '2.0', id, method: 'tools/call',
  params: { name: 'emit_output', arguments: { text, task_id: 't', producer_agent: 'a' } },
});

// One that a failed test leaves would keep this program from its end.
const pipes = [];
after(() => pipes.forEach((pipe) => pipe.child.kill('SIGKILL')));

class Pipe {
  constructor(...args) {
    this.database = join(newDirectory(), 'skep.db');
    this.child = spawn(command, ['mcp', '--db', this.database, ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.messages = [];
    let rest = '';
    this.child.stdout.setEncoding('utf8').on('data', (text) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop();
      for (const line of lines) this.messages.push(JSON.parse(line));
    });
    this.exited = once(this.child, 'exit');
    pipes.push(this);
  }
  write(...messages) {
    for (const message of messages) {
      this.child.stdin.write(typeof message === 'string' ? message : `${JSON.stringify(message)}\n`);
    }
  }
  find(id) { return this.messages.find((message) => message.id === id && !message.method); }
  async answer(id) {
    await eventually(() => this.find(id), `an answer to ${id}`);
    return this.find(id);
  }
  /** Ends the input; the exit code. */
  async end() {
    this.child.stdin.end();
    return (await this.exited)[0];
  }
}

test('garbage is survived', { timeout: kPatience }, async () => {
  const pipe = new Pipe();
  pipe.write('not json\n', '\n', '{"jsonrpc":"2.0"}\n', '[]\n', '"x"\n', '\x00\xff\n', '{"jsonrpc":"1.0","id":1,"method":"ping"}\n',
    '{"jsonrpc":"2.0","id":null,"method":"ping"}\n', '{"jsonrpc":"2.0","id":"bad","method":"ping","params":[]}\n',
    '{"jsonrpc":"2.0","id":7,"result":{}}\n', `${'['.repeat(100_000)}\n`, initialize, { jsonrpc: '2.0', id: 2, method: 'ping' });
  assert.deepEqual((await pipe.answer(2)).result, {});
  const codes = pipe.messages.filter((message) => message.error).map((message) => message.error.code);
  assert.deepEqual(codes, [-32700, -32600, -32600, -32600, -32700, -32600, -32600, -32600, -32700]);
  assert.equal((await pipe.answer('bad')).error.code, -32600);
  assert.equal(await pipe.end(), 0);
});

test('a revision is agreed on', { timeout: kPatience }, async () => {
  for (const [wanted, given] of [['2024-11-05', '2024-11-05'], ['2025-03-26', '2025-03-26'], ['2025-06-18', '2025-06-18'],
    ['2025-11-25', '2025-11-25'], ['1999-01-01', '2025-11-25'], [kNewest, '2025-11-25']]) {
    const pipe = new Pipe();
    pipe.write({ ...initialize, params: { ...initialize.params, protocolVersion: wanted } }, emit(2, 'x'));
    assert.equal((await pipe.answer('first')).result.protocolVersion, given);
    const { content, structuredContent } = (await pipe.answer(2)).result;
    // What a revision does not know it does not get.
    assert.equal(structuredContent !== undefined, given >= '2025-06-18');
    assert.equal(content.length, given >= '2025-06-18' ? 2 : 1);
    assert.equal(await pipe.end(), 0);
  }
});

test('without a handshake each request says its revision', { timeout: kPatience }, async () => {
  const pipe = new Pipe();
  pipe.write({ jsonrpc: '2.0', id: 1, method: 'tools/list' });
  assert.equal((await pipe.answer(1)).error.code, -32602);
  pipe.write(stateless(2, 'server/discover'), stateless(3, 'tools/list'));
  const { result } = await pipe.answer(2);
  assert.equal(result.resultType, 'complete');
  assert.deepEqual(result.supportedVersions, [kNewest, '2025-11-25', '2025-06-18', '2025-03-26', '2024-11-05']);
  assert.equal((await pipe.answer(3)).result.cacheScope, 'private');
  const unknown = stateless(4, 'tools/list');
  unknown.params._meta['io.modelcontextprotocol/protocolVersion'] = '1900-01-01';
  pipe.write(unknown);
  const { error } = await pipe.answer(4);
  assert.equal(error.code, -32022);
  assert.equal(error.data.requested, '1900-01-01');
  const bare = stateless(5, 'tools/list');
  delete bare.params._meta['io.modelcontextprotocol/clientCapabilities'];
  pipe.write(bare, stateless(6, 'ping'), stateless(7, 'resources/subscribe', { uri: 'skep://run/t/1' }));
  assert.equal((await pipe.answer(5)).error.code, -32602);
  assert.equal((await pipe.answer(6)).error.code, -32601);
  assert.equal((await pipe.answer(7)).error.code, -32601);
  assert.equal(await pipe.end(), 0);
});

test('a batch is answered in the revision that had them', { timeout: kPatience }, async () => {
  const pipe = new Pipe();
  pipe.write({ ...initialize, params: { ...initialize.params, protocolVersion: '2025-03-26' } });
  await pipe.answer('first');
  pipe.write([{ jsonrpc: '2.0', id: 1, method: 'ping' }, { jsonrpc: '2.0', method: 'notifications/initialized' }, emit(2, 'x'), 5]);
  await eventually(() => pipe.messages.some(Array.isArray), 'an array');
  const answers = pipe.messages.find(Array.isArray);
  assert.deepEqual(answers.map((answer) => answer.id), [1, 2, null]);
  // Subscriptions too, and what was asked before the end.
  pipe.write([{ jsonrpc: '2.0', id: 3, method: 'resources/subscribe', params: { uri: 'skep://run/t/1' } }]);
  await eventually(() => pipe.messages.filter(Array.isArray).length === 2, 'its answer');
  pipe.write([emit(4, 'y')]);
  await eventually(() => pipe.messages.some((message) => message.method === 'notifications/resources/updated'), 'the update');
  pipe.write([emit(5, 'z')]);
  assert.equal(await pipe.end(), 0);
  assert.ok(pipe.messages.some((message) => Array.isArray(message) && message[0].id === 5));
});

test('what was asked before the end is answered', { timeout: kPatience }, async () => {
  const pipe = new Pipe();
  pipe.write(initialize);
  for (let i = 0; i < 200; ++i) pipe.write(emit(i, `${i} ${'x'.repeat(10_000)}`));
  assert.equal(await pipe.end(), 0);
  const refs = new Set();
  for (let i = 0; i < 200; ++i) refs.add(pipe.find(i).result.structuredContent.ref);
  assert.equal(refs.size, 200);
  assert.equal(JSON.parse(skep('stats', '--db', pipe.database, '--json')).output_count, 200);
});

test('a value keeps its spelling', { timeout: kPatience }, async () => {
  const pipe = new Pipe();
  const value = '{"b":1.50,  "a":12345678901234567890123,"b":"\\u00e9"}';
  const request = JSON.stringify(emit(1, 'x')).replace('"text":"x"', `"json":${value}`);
  pipe.write(initialize, `${request}\n`);
  const { ref } = (await pipe.answer(1)).result.structuredContent;
  assert.equal(skep('slice', ref, '--db', pipe.database), value);
  assert.equal(await pipe.end(), 0);
});

test('a client that reads slowly is waited for', { timeout: kPatience }, async () => {
  const pipe = new Pipe();
  pipe.child.stdout.pause();
  pipe.write(initialize, emit(1, 'y'.repeat(1_000_000)));
  for (let i = 2; i < 22; ++i) {
    pipe.write({ jsonrpc: '2.0', id: i, method: 'tools/call', params: { name: 'read_output', arguments: { producer_agent: 'a', max_chars: 1_000_000 } } });
  }
  await new Promise((resolve) => setTimeout(resolve, 500));
  pipe.child.stdout.resume();
  for (let i = 2; i < 22; ++i) await pipe.answer(i);
  assert.equal(await pipe.end(), 0);
});

test('a message over the limit is passed over', { timeout: kPatience }, async () => {
  const pipe = new Pipe();
  const block = 'x'.repeat(1 << 20);
  for (let i = 0; i < 80; ++i) {
    if (!pipe.child.stdin.write(block)) await once(pipe.child.stdin, 'drain');
  }
  pipe.write('\n', initialize);
  await pipe.answer('first');
  assert.match(pipe.messages[0].error.message, /may have \d+ bytes/);
  assert.equal(await pipe.end(), 0);
});

test('an id that is in use, and too many requests, are refused', { timeout: kPatience }, async () => {
  const pipe = new Pipe();
  const listen = (id) => stateless(id, 'subscriptions/listen', { notifications: { resourceSubscriptions: ['skep://run/t/1'] } });
  const acknowledged = () => pipe.messages.filter((message) => message.method === 'notifications/subscriptions/acknowledged');
  pipe.write(listen('l'));
  await eventually(() => acknowledged().length === 1, 'the acknowledgement');
  pipe.write(listen('l'));
  await eventually(() => pipe.find('l'), 'the refusal');
  assert.equal(pipe.find('l').error.code, -32600);
  for (let i = 0; i < 256; ++i) pipe.write(listen(i));
  await eventually(() => pipe.find(255), 'one too many');
  assert.match(pipe.find(255).error.message, /too many/);
  assert.equal(await pipe.end(), 0);
  // Those that were open are told of the end.
  assert.equal(pipe.messages.filter((message) => message.result?.resultType === 'complete').length, 256);
});

test('a cancelled subscription is told nothing more', { timeout: kPatience }, async () => {
  const pipe = new Pipe();
  pipe.write(stateless(1, 'subscriptions/listen', { notifications: { resourceSubscriptions: ['skep://run/t/1'] } }));
  await eventually(() => pipe.messages.length === 1, 'the acknowledgement');
  pipe.write({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 1, reason: 'enough' } });
  pipe.write({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 'nobody' } });
  pipe.write(stateless(2, 'tools/call', emit(0, 'x').params));
  await pipe.answer(2);
  assert.equal(await pipe.end(), 0);
  assert.equal(pipe.messages.length, 2);
});

for (const signal of ['SIGTERM', 'SIGINT']) {
  test(`${signal} ends it at once`, { timeout: kPatience }, async () => {
    const pipe = new Pipe();
    pipe.write(initialize);
    await pipe.answer('first');
    pipe.child.kill(signal);
    assert.deepEqual(await pipe.exited, [0, null]);
  });
}

test('a client that stops reading is left', { timeout: kPatience }, async () => {
  const pipe = new Pipe();
  pipe.write(initialize, emit(1, 'y'.repeat(1_000_000)));
  await pipe.answer(1);
  pipe.child.stdout.pause();
  for (let i = 2; i < 22; ++i) {
    pipe.write({ jsonrpc: '2.0', id: i, method: 'tools/call', params: { name: 'read_output', arguments: { producer_agent: 'a', max_chars: 1_000_000 } } });
  }
  pipe.child.stdin.end();
  await new Promise((resolve) => setTimeout(resolve, 500));
  pipe.child.kill('SIGTERM');
  assert.deepEqual(await pipe.exited, [0, null]);
});

test('a client that is gone ends it', { timeout: kPatience }, async () => {
  const pipe = new Pipe();
  pipe.child.stdout.destroy();
  pipe.write(initialize);
  assert.equal((await pipe.exited)[0], 8);
});
