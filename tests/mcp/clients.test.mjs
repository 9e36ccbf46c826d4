// Every tool, resource, subscription and error, with clients that Skep did not write, in both eras
// of the protocol and over both transports.
import assert from 'node:assert/strict';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';

import { LoggingMessageNotificationSchema } from '@modelcontextprotocol/sdk/types.js';

import { eventually, kNewest, newDirectory, onUpdated, serve, skep, ways } from './servers.mjs';

const run = { task_id: 'bees/é', producer_agent: 'writer' };
const textOf = (result) => result.content[0].text;

async function call(client, name, args = {}, options = undefined) {
  const result = await client.callTool({ name, arguments: args }, ...(options ?? []));
  assert.equal(result.isError ?? false, false, textOf(result));
  return result;
}

async function refused(client, name, args, pattern) {
  const result = await client.callTool({ name, arguments: args });
  assert.equal(result.isError, true, JSON.stringify(result));
  assert.match(textOf(result), pattern);
  return textOf(result);
}

for (const way of ways) {
  test(way.name, async (t) => {
    const directory = newDirectory();
    const database = join(directory, 'swarm.db');
    const files = join(directory, 'files');
    mkdirSync(files);
    const server = way.isHttp ? await serve(database) : null;
    const client = await way.open({ database, url: server?.url, args: ['--files', files] });
    t.after(async () => {
      await client.close();
      if (server) assert.equal(await server.end(), 0, server.log);
    });
    const emit = async (args) => (await call(client, 'emit_output', { ...run, ...args })).structuredContent.ref;

    await t.test('says who it is', async () => {
      assert.equal(client.getServerVersion().name, 'skep');
      assert.match(client.getInstructions(), /ref/);
      const capabilities = client.getServerCapabilities();
      assert.deepEqual(Object.keys(capabilities).sort(), ['completions', 'logging', 'resources', 'tools']);
      assert.equal(capabilities.resources.subscribe, true);
      if (way.isModern) assert.equal(client.getNegotiatedProtocolVersion(), kNewest);
      else await client.ping();
    });

    await t.test('lists tools that cost little', async () => {
      const { tools } = await client.listTools();
      assert.deepEqual(tools.map((tool) => tool.name),
        ['emit_output', 'read_output', 'list_run', 'search_outputs', 'why_output']);
      assert.ok(JSON.stringify(tools).length < 6000, `${JSON.stringify(tools).length} characters`);
      for (const tool of tools) {
        assert.equal(tool.inputSchema.additionalProperties, false);
        assert.ok(tool.outputSchema && tool.title && tool.description);
        assert.equal(tool.annotations.readOnlyHint, tool.name !== 'emit_output');
        assert.equal(tool.annotations.openWorldHint, false);
      }
      const [emitTool] = tools;
      assert.deepEqual(emitTool.inputSchema.required, ['task_id', 'producer_agent']);
      assert.equal('file' in emitTool.inputSchema.properties, !way.isHttp);
      assert.equal('base64' in emitTool.inputSchema.properties, way.isHttp);
    });

    await t.test('emits and reads back', async () => {
      const stored = await call(client, 'emit_output', { ...run, text: 'Bees dance.\nThey do.' });
      const { ref, uri } = stored.structuredContent;
      assert.match(ref, /^out-[0-9a-f]{10}$/);
      assert.equal(uri, `skep://output/${ref}`);
      const link = stored.content.find((block) => block.type === 'resource_link');
      assert.deepEqual([link.uri, link.name, link.mimeType], [uri, ref, 'text/plain']);

      const whole = await call(client, 'read_output', { ref });
      assert.equal(whole.structuredContent.text, 'Bees dance.\nThey do.');
      assert.match(textOf(whole), /^Bees dance\.\nThey do\.\n\n\[out-/);
      assert.equal((await call(client, 'read_output', { producer_agent: 'writer' })).structuredContent.ref, ref);
      const inRun = { producer_agent: 'writer', task_id: run.task_id, attempt: 1 };
      assert.equal((await call(client, 'read_output', inRun)).structuredContent.ref, ref);
    });

    await t.test('keeps the spelling of a value', async () => {
      const ref = await emit({ json: { z: 1, a: [1.50, null, 'é'] } });
      assert.equal((await call(client, 'read_output', { ref, pointer: '/a/2' })).structuredContent.text, 'é');
      const { text } = (await call(client, 'read_output', { ref })).structuredContent;
      assert.equal(text, '{"z":1,"a":[1.5,null,"é"]}');
    });

    await t.test('reads within a budget, and on', async () => {
      const lines = Array.from({ length: 500 }, (_, i) => `line ${i + 1} of the report`);
      const ref = await emit({ text: lines.join('\n'), type: 'artifact', name: 'report' });
      let text = '';
      let args = { ref, max_chars: 3000 };
      for (let count = 0; args; ++count) {
        assert.ok(count < 10);
        const part = (await call(client, 'read_output', args)).structuredContent;
        assert.ok(part.text.length <= 3000);
        assert.equal(part.total_bytes, Buffer.byteLength(lines.join('\n')));
        text += part.text;
        args = part.cursor ? { cursor: part.cursor } : null;
      }
      assert.equal(text, lines.join('\n'));
      assert.equal((await call(client, 'read_output', { ref, lines: '10-11' })).structuredContent.text,
        'line 10 of the report\nline 11 of the report\n');
      assert.match((await call(client, 'read_output', { ref, grep: 'LINE 37\\b', ignore_case: true })).structuredContent.text,
        /line 37 of/);
      assert.match((await call(client, 'read_output', { ref, last: 10 })).structuredContent.text, /report$/);
    });

    await t.test('stores bytes', async () => {
      const bytes = Buffer.alloc(300_000, 'pollen ');
      let ref;
      if (way.isHttp) {
        ref = await emit({ base64: bytes.toString('base64'), media_type: 'text/plain' });
        await refused(client, 'emit_output', { ...run, base64: 'not base64' }, /base64/);
        await refused(client, 'emit_output', { ...run, file: 'x' }, /can't be read here/);
      } else {
        writeFileSync(join(files, 'pollen.txt'), bytes);
        symlinkSync('/etc/passwd', join(files, 'sly'));
        ref = await emit({ file: 'pollen.txt', media_type: 'text/plain' });
        for (const file of ['../swarm.db', '/etc/passwd', '/etc/nothing', 'sly']) {
          await refused(client, 'emit_output', { ...run, file }, /lies outside/);
        }
        await refused(client, 'emit_output', { ...run, file: 'missing' }, /there is no 'missing'/);
      }
      const binary = Buffer.from([137, 80, 78, 71, 0, 255, 254]);
      if (!way.isHttp) writeFileSync(join(files, 'hive.png'), binary);
      const png = await emit({ ...(way.isHttp ? { base64: binary.toString('base64') } : { file: 'hive.png' }), media_type: 'image/png' });
      assert.match(textOf(await call(client, 'read_output', { ref: png })), /binary, image\/png, 7 bytes/);
      const { contents: [picture] } = await client.readResource({ uri: `skep://output/${png}` });
      assert.deepEqual([picture.mimeType, picture.blob], ['image/png', binary.toString('base64')]);
      const part = (await call(client, 'read_output', { ref, bytes: '0-13' })).structuredContent;
      assert.equal(part.text, 'pollen pollen ');
      assert.equal(part.total_bytes, bytes.length);
      const { contents } = await client.readResource({ uri: `skep://output/${ref}` });
      assert.equal(contents[0].text, bytes.toString());
    });

    await t.test('tells progress events, partials and failures', async () => {
      const ref = await emit({ type: 'progress', text: 'reading' });
      assert.equal((await call(client, 'read_output', { ref })).structuredContent.text, 'reading');
      await emit({ type: 'partial', text: 'half' });
      const failed = await emit({ text: 'I could not.', ok: false });
      const read = await call(client, 'read_output', { ref: failed });
      assert.equal(read.structuredContent.ok, false);
      assert.match(textOf(read), /final FAILED of writer/);
      assert.match(textOf(await call(client, 'list_run', { task_id: run.task_id, attempt: 1 })), /artifact "report", \d+ bytes/);
    });

    await t.test('stores once under one key', async () => {
      const once = { ...run, text: 'once', idempotency_key: 'k' };
      const first = (await call(client, 'emit_output', once)).structuredContent.ref;
      assert.equal((await call(client, 'emit_output', once)).structuredContent.ref, first);
      await refused(client, 'emit_output', { ...once, text: 'twice' }, /another idempotency_key/);
    });

    await t.test('lists a run, page by page', async () => {
      for (let i = 0; i < 5; ++i) await emit({ task_id: 'pages', text: `page\t${i} ${'x'.repeat(200)}` });
      const seen = [];
      let args = { task_id: 'pages', attempt: 1, limit: 2 };
      while (args) {
        const { outputs, cursor } = (await call(client, 'list_run', args)).structuredContent;
        seen.push(...outputs);
        args = cursor ? { ...args, cursor } : null;
      }
      assert.deepEqual(seen.map((row) => row.preview.slice(0, 7)), [0, 1, 2, 3, 4].map((i) => `page ${i} `));
      assert.ok(seen.every((row) => row.producer_agent === 'writer' && row.bytes === 207 && row.preview.length === 81));
      // A cursor holds all of its list.
      const { cursor } = (await call(client, 'list_run', { task_id: 'pages', limit: 2 })).structuredContent;
      assert.equal((await call(client, 'list_run', { cursor })).structuredContent.outputs.length, 3);
      await refused(client, 'list_run', { cursor, task_id: 'bees' }, /another one/);
      const { runs } = (await call(client, 'list_run')).structuredContent;
      assert.deepEqual(runs.map((row) => row.task_id), ['bees/é', 'pages']);
      const finals = (await call(client, 'list_run', { task_id: run.task_id, type: 'progress' })).structuredContent;
      assert.equal(finals.outputs.length, 1);
    });

    await t.test('says why', async () => {
      const source = await emit({ text: 'source' });
      const middle = await emit({ text: 'middle', parent_refs: [source, 'out-0000000000'] });
      const last = await emit({ text: 'last', parent_refs: [middle] });
      const up = (await call(client, 'why_output', { ref: last })).structuredContent;
      assert.deepEqual(up.nodes.map((node) => [node.ref, node.depth, node.state]), [
        [last, 0, 'present'], [middle, 1, 'present'], [source, 2, 'present'], ['out-0000000000', 2, 'missing']]);
      assert.deepEqual((await call(client, 'why_output', { ref: `skep://output/${last}` })).structuredContent, up);
      assert.deepEqual(up.nodes[1].parents, [source, 'out-0000000000']);
      const down = (await call(client, 'why_output', { ref: source, direction: 'descendants', max_depth: 1 })).structuredContent;
      assert.deepEqual(down.nodes.map((node) => node.ref), [source, middle]);
      assert.equal(down.is_cut, true);
    });

    await t.test('searches, once it is enabled', async () => {
      await refused(client, 'search_outputs', { words: 'pollen' }, /read_output with grep/);
      skep('index', '--db', database);
      const ref = await emit({ text: 'A waggle dance tells of nectar.' });
      const { hits } = (await call(client, 'search_outputs', { words: '"waggle dance"' })).structuredContent;
      assert.deepEqual(hits.map((hit) => hit.ref), [ref]);
      assert.match(hits[0].snippet, /waggle dance/);
      for (let i = 0; i < 3; ++i) await emit({ text: `nectar ${i}` });
      const first = (await call(client, 'search_outputs', { words: 'nectar', limit: 3 })).structuredContent;
      const rest = (await call(client, 'search_outputs', { words: 'nectar', limit: 3, cursor: first.cursor })).structuredContent;
      assert.equal(first.hits.length + rest.hits.length, 4);
    });

    await t.test('errors say what to do next', async () => {
      await refused(client, 'read_output', { ref: 'out-ffffffffff' }, /no output .*list_run/s);
      await refused(client, 'read_output', {}, /either 'ref' or 'producer_agent'/);
      await refused(client, 'read_output', { ref: 'x', cursor: 'nonsense' }, /not the cursor/);
      const { ref, cursor } = (await call(client, 'read_output', { producer_agent: 'writer', max_chars: 3 })).structuredContent;
      assert.equal((await call(client, 'read_output', { cursor, ref })).isError, false);
      await refused(client, 'read_output', { cursor, grep: 'x' }, /'grep' does not go with 'cursor'/);
      await refused(client, 'read_output', { ref, lines: '1', first: 3 }, /exclude each other/);
      await refused(client, 'read_output', { ref, max_chars: 0 }, /1 to 1000000/);
      await refused(client, 'emit_output', { ...run, text: 'a', parent_refs: ['nope'] }, /no ref/);
      await refused(client, 'read_output', { reff: 'x' }, /no argument 'reff'.*there are: ref,/);
      await refused(client, 'emit_output', { ...run, text: 'a', json: 1 }, /exactly one/);
      await refused(client, 'emit_output', { ...run, type: 'artifact', text: 'a' }, /needs a 'name'/);
      await refused(client, 'emit_output', { text: 'a' }, /'task_id' is missing/);
      await refused(client, 'emit_output', { ...run, attempt: -1, text: 'a' }, /whole number/);
      await refused(client, 'list_run', { attempt: 1 }, /needs 'task_id'/);
      await refused(client, 'search_outputs', { words: '' }, /Correct the arguments/);
      await refused(client, 'why_output', { ref: 'out-ffffffffff' }, /list_run/);
      await assert.rejects(client.callTool({ name: 'nope', arguments: {} }), /unknown tool: nope/);
    });

    await t.test('has resources', async () => {
      const { resourceTemplates } = await client.listResourceTemplates();
      assert.deepEqual(resourceTemplates.map((each) => each.uriTemplate),
        ['skep://output/{ref}', 'skep://run/{task}/{attempt}', 'skep://latest/{agent}']);
      const uris = [];
      let cursor;
      do {
        const page = await client.listResources(cursor === undefined ? undefined : { cursor });
        uris.push(...page.resources.map((resource) => resource.uri));
        cursor = page.nextCursor;
      } while (cursor !== undefined);
      assert.deepEqual(uris, ['skep://run/bees%2F%C3%A9/1', 'skep://run/pages/1', 'skep://latest/writer']);

      const ref = await emit({ text: 'newest' });
      for (const uri of [`skep://output/${ref}`, 'skep://latest/writer']) {
        const { contents } = await client.readResource({ uri });
        assert.deepEqual(contents, [{ uri, mimeType: 'text/plain', text: 'newest' }]);
      }
      const { contents } = await client.readResource({ uri: 'skep://run/pages/1' });
      const body = JSON.parse(contents[0].text);
      assert.equal(body.outputs.length, 5);
      assert.equal(body.is_cut, false);
      for (const uri of ['skep://output/out-ffffffffff', 'skep://run/none/1', 'skep://latest/nobody', 'skep://x', 'file:///etc/passwd']) {
        await assert.rejects(client.readResource({ uri }), (error) => error.code === (way.isModern ? -32602 : -32002), uri);
      }
      await assert.rejects(client.listResources({ cursor: 'nonsense' }), { code: -32602 });
    });

    await t.test('completes', async () => {
      const complete = async (uri, name, value, context) => {
        const { completion } = await client.complete({ ref: { type: 'ref/resource', uri }, argument: { name, value }, context });
        return completion.values;
      };
      await emit({ task_id: 'pages', attempt: 12, text: 'x', producer_agent: 'writers' });
      assert.deepEqual(await complete('skep://run/{task}/{attempt}', 'task', 'pa'), ['pages']);
      assert.deepEqual(await complete('skep://run/{task}/{attempt}', 'task', ''), ['bees/é', 'pages']);
      assert.deepEqual(await complete('skep://run/{task}/{attempt}', 'attempt', '1', { arguments: { task: 'pages' } }), ['1', '12']);
      assert.deepEqual(await complete('skep://latest/{agent}', 'agent', 'writer'), ['writer', 'writers']);
      assert.deepEqual(await complete('skep://latest/{agent}', 'agent', 'nobody'), []);
      const refs = await complete('skep://output/{ref}', 'ref', 'out-');
      assert.ok(refs.length > 5 && refs.every((ref) => ref.startsWith('out-')));
      await assert.rejects(complete('skep://output/{ref}', 'nothing', ''), { code: -32602 });
    });

    await t.test('tells what it subscribed to', async () => {
      const told = [];
      onUpdated(client, way.isModern, (uri) => told.push(uri));
      const uris = ['skep://run/hive/1', 'skep://latest/queen'];
      let subscription;
      if (way.isModern) {
        subscription = await client.listen({ resourceSubscriptions: [...uris, 'skep://output/out-1'], toolsListChanged: true });
        assert.deepEqual(subscription.honoredFilter.resourceSubscriptions?.toSorted(), uris.toSorted());
      } else {
        for (const uri of uris) await client.subscribeResource({ uri });
        await assert.rejects(client.subscribeResource({ uri: 'skep://output/out-1' }), { code: -32002 });
      }
      await emit({ task_id: 'hive', text: 'a' });
      await emit({ task_id: 'elsewhere', text: 'b', producer_agent: 'queen' });
      await emit({ task_id: 'elsewhere', text: 'c' });
      await eventually(() => uris.every((uri) => told.includes(uri)), `${uris} in ${told}`);
      assert.deepEqual(new Set(told), new Set(uris));
      // Another process's too.
      told.length = 0;
      skep('emit', '--db', database, '--task', 'hive', '--agent', 'drone', 'd');
      await eventually(() => told.includes('skep://run/hive/1'), 'what another process emits');
      if (way.isModern) {
        await subscription.close();
        assert.equal(await subscription.closed, 'local');
      } else {
        for (const uri of uris) await client.unsubscribeResource({ uri });
      }
      told.length = 0;
      await emit({ task_id: 'hive', text: 'e' });
      await new Promise((resolve) => setTimeout(resolve, 1_500));
      assert.deepEqual(told, []);
    });

    await t.test('logs what is asked for', async () => {
      const told = [];
      if (way.isModern) {
        client.setNotificationHandler('notifications/message', ({ params }) => told.push(params));
        const _meta = { 'io.modelcontextprotocol/logLevel': 'info' };
        await client.callTool({ name: 'list_run', arguments: {}, _meta });
      } else {
        client.setNotificationHandler(LoggingMessageNotificationSchema, ({ params }) => told.push(params));
        await call(client, 'list_run');
        assert.deepEqual(told, []);
        await client.setLoggingLevel('info');
        await call(client, 'list_run');
      }
      await eventually(() => told.length > 0, 'a log message');
      assert.equal(told[0].logger, 'skep');
      assert.equal(told[0].data.tool, 'list_run');
      if (!way.isModern) {
        await client.setLoggingLevel('warning');
        told.length = 0;
        await call(client, 'list_run');
        await refused(client, 'read_output', { ref: 'out-ffffffffff' }, /no output/);
        await eventually(() => told.length > 0, 'a warning');
        assert.deepEqual(told.map((message) => message.level), ['warning']);
      }
    });

    await t.test('answers many at once', async () => {
      const refs = await Promise.all(Array.from({ length: 100 }, (_, i) => emit({ task_id: 'many', text: `number ${i}` })));
      assert.equal(new Set(refs).size, 100);
      const texts = await Promise.all(refs.map(async (ref) => (await call(client, 'read_output', { ref })).structuredContent.text));
      assert.deepEqual(texts, refs.map((_, i) => `number ${i}`));
    });

    await t.test('takes what is larger than a pipe', async () => {
      const text = 'wax '.repeat(500_000);
      const ref = await emit({ text });
      const part = (await call(client, 'read_output', { ref, max_chars: 1_000_000 })).structuredContent;
      assert.equal(part.text.length, 1_000_000);
      assert.equal(part.total_bytes, text.length);
    });
  });
}
