// Two agents hand a report of 200 KB over by its ref; the second reads the 2 KB that it needs.
//
// The agents are scripted: where a model would decide, a line of code does. Each has a server of its
// own on the same store, started as the hosts of models start it, and told who is emitting.
//
//   npm install && node handover.mjs            # SKEP_COMMAND says where skep is, if not in PATH
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';

const command = process.env.SKEP_COMMAND ?? 'skep';
const directory = mkdtempSync(join(tmpdir(), 'skep-handover-'));
const database = join(directory, 'swarm.db');

async function startAgent(name) {
  const client = new Client({ name, version: '1.0.0' }, { versionNegotiation: { mode: 'auto' } });
  const args = ['mcp', '--db', database, '--task', 'bees', '--attempt', '1', '--agent', name];
  await client.connect(new StdioClientTransport({ command, args }));
  return {
    /** What the tool gives; `seen` counts the characters that a model would have in its context. */
    seen: 0,
    async call(tool, args) {
      const result = await client.callTool({ name: tool, arguments: args });
      const text = result.content.map((block) => block.text ?? '').join('\n');
      this.seen += JSON.stringify(args).length + text.length;
      if (result.isError) throw new Error(`${tool}: ${text}`);
      return result.structuredContent;
    },
    close: () => client.close(),
  };
}

// What the first agent found out: 200 KB, of which one section matters to the second.
function writeReport() {
  const sections = [];
  for (let hive = 1; sections.join('').length < 200_000; ++hive) {
    const days = Array.from({ length: 30 }, (_, day) =>
      `day ${day + 1}: ${(hive * 7919 + day * 104729) % 50 + 10} dances, ${(hive + day) % 9} towards the lake`);
    const verdict = hive === 57 ? 'ALARM: this hive is about to swarm' : 'nothing unusual';
    sections.push(`## Hive ${hive}\n${days.join('\n')}\nverdict: ${verdict}\n\n`);
  }
  return sections.join('');
}

try {
  const report = writeReport();
  const scout = await startAgent('scout');
  const { ref } = await scout.call('emit_output', { text: report, type: 'artifact', name: 'report' });
  console.log(`scout    emitted a report of ${report.length} characters: ${ref}`);

  // All that travels between the two is this ref.
  const keeper = await startAgent('keeper');
  const found = await keeper.call('read_output', { ref, grep: 'ALARM', context: 32, max_chars: 2000 });
  console.log(`keeper   read ${found.text.length} of them (${found.summary})`);

  const hive = /## Hive (\d+)/.exec(found.text)[1];
  const answer = await keeper.call('emit_output', { text: `Hive ${hive} needs a second box today.`, parent_refs: [ref] });
  const { nodes } = await keeper.call('why_output', { ref: answer.ref });
  console.log(`keeper   emitted ${answer.ref}, derived from ${nodes.slice(1).map((node) => `${node.ref} of ${node.producer_agent}`)}`);

  const withoutRefs = report.length;
  console.log(`saved    ${withoutRefs - keeper.seen} characters of the keeper's context: ` +
    `it saw ${keeper.seen} in all, not ${withoutRefs}`);
  await scout.close();
  await keeper.close();
} finally {
  rmSync(directory, { recursive: true, force: true });
}
