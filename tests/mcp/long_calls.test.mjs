// Progress of what takes long, and its cancellation.
import assert from 'node:assert/strict';
import { readdirSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';

import { eventually, newDirectory, serve, skep, ways } from './servers.mjs';

const kBytes = 512 << 20;

for (const way of ways) {
  test(`${way.name} sees progress, and cancels`, async (t) => {
    const directory = newDirectory();
    const database = join(directory, 'swarm.db');
    const file = join(directory, 'large.txt');
    writeFileSync(file, 'begin\n');
    truncateSync(file, kBytes);
    let ref;
    let server;
    if (way.isHttp) {
      ref = skep('emit', '--db', database, '--task', 't', '--agent', 'a', '--file', file, '--mime', 'text/plain').trim();
      server = await serve(database);
    }
    const client = await way.open({ database, url: server?.url, args: ['--files', directory] });
    t.after(async () => {
      await client.close();
      await server?.end();
    });

    const arguments_ = way.isHttp ? { ref, grep: 'honey' } : { file: 'large.txt', task_id: 't', producer_agent: 'a' };
    const request = { name: way.isHttp ? 'read_output' : 'emit_output', arguments: arguments_ };
    const call = (options) => (way.isModern ? client.callTool(request, options) : client.callTool(request, undefined, options));
    const told = [];
    const cancel = new AbortController();
    const options = {
      signal: cancel.signal,
      timeout: 120_000,
      onprogress: (progress) => {
        told.push(progress);
        cancel.abort('enough');
      },
    };
    await assert.rejects(call(options));
    assert.ok(told.length >= 1);
    if (!way.isHttp) {
      assert.equal(told[0].total, kBytes);
      assert.ok(told[0].progress > 0 && told[0].progress < kBytes);
      // The upload ended, and nothing came of it.
      await eventually(() => readdirSync(`${database}.blobs/unfinished`).length === 0, 'the end of the upload');
      assert.equal((await client.callTool({ name: 'list_run', arguments: {} })).structuredContent.runs.length, 0);
    } else {
      const inFlight = async () => /^skep_http_requests_in_flight (\d+)/m.exec(await (await fetch(`${server.url}/metrics`)).text())[1];
      // Itself, and the stream of the older revision.
      let count;
      for (let i = 0; i < 200 && (count = Number(await inFlight())) > 2; ++i) await new Promise((done) => setTimeout(done, 50));
      assert.ok(count <= 2, `${count} in flight`);
    }
  });
}
