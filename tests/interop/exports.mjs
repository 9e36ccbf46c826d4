// Stores to export, and what the command makes of them.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const command = process.env.SKEP_COMMAND;
const shared = process.env.SKEP_SHARED_DIR ?? '/nonexistent';

export const dataSet = join(shared, 'data', 'who-and-when');
export const hasDataSet = existsSync(dataSet);
export const openLineageSchema = join(shared, 'schemas', 'openlineage', 'OpenLineage.json');
export const hasOpenLineageSchema = existsSync(openLineageSchema);

const directory = mkdtempSync(join(tmpdir(), 'skep-interop-'));
process.on('exit', () => rmSync(directory, { recursive: true, force: true }));

function skep(database, args, input = '') {
  const options = { input, maxBuffer: 1 << 30, encoding: 'utf8' };
  return execFileSync(command, [...args, '--db', join(directory, database)], options);
}

// A record a line, as `skep import` takes them. Words and values that are easy to get wrong.
function awkwardRecords() {
  const inline = (value) => ({ kind: 'inline', value });
  const parents = { 'out-0000000004': ['out-0000000001', 'out-0000000001', 'out-none', ''] };
  const events = [
    { type: 'artifact', name: 'draft "1"\n', content: inline('é\u0000\u2028"\\') },
    { type: 'progress', stage: '', note: null },
    { type: 'progress', stage: 'reading', note: 'line 1\nline 2' },
    { type: 'final', content: inline({ verdict: [1.0, null], '': {} }), ok: false },
    { type: 'partial', chunk: inline('x'.repeat(70000) + 'é'.repeat(40000)) },
    { type: 'final', content: { kind: 'file_ref', path: '/p', mime: 'image/png', size_hint: 5 }, ok: true },
    { type: 'artifact', name: 'f', content: { kind: 'file_ref', path: '', mime: null, size_hint: null } },
    { type: 'final', content: { kind: 'file_ref', path: '/q', mime: null, size_hint: Number.MAX_SAFE_INTEGER }, ok: true },
  ];
  const times = ['2026-11-24T13:20:00.123Z', null, '1969-12-31T23:59:59.999Z', '9999-12-31T23:59:59.999Z'];
  const runs = [['bees/é "1"', 1], ['', 0], ['bees/é "1"', 4294967295]];
  let number = 0;
  const lines = runs.flatMap(([task_id, attempt]) => events.map((event) => {
    const id = 'out-' + String(number += 1).padStart(10, '0');
    const created_at = times[number % times.length];
    const producer_agent = ['writer', '', 'Orchestrator (-> Web\tSurfer)'][number % 3];
    const parent_refs = parents[id] ?? (number > 10 ? ['out-0000000001'] : []);
    return JSON.stringify({ id, task_id, attempt, producer_agent, event, parent_refs, seq: 0, created_at });
  }));
  return lines.join('\n') + '\n';
}

let isMade = false;
let isImported = false;

/** The lines of an export of records that are easy to get wrong. */
export function awkward(...options) {
  if (!isMade) skep('awkward.db', ['import', '-'], awkwardRecords());
  isMade = true;
  return parsed(skep('awkward.db', ['export', ...options]));
}

/** The lines of an export of the whole data set, or of a part of it. */
export function whoAndWhen(...options) {
  if (!isImported) skep('real.db', ['import', '--from', 'who-and-when', dataSet]);
  isImported = true;
  return parsed(skep('real.db', ['export', ...options]));
}

const parsed = (text) => text.split('\n').filter((line) => line !== '').map((line) => JSON.parse(line));
