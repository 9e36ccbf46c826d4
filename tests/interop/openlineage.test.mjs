// Events against the JSON Schema that OpenLineage publishes. Neither Debian nor npm has it: it lies,
// if it does, among the fixtures outside this repository. What the specification says in words is
// checked in any case.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';

import Ajv from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

import {
  awkward, hasDataSet, hasOpenLineageSchema, openLineageSchema, whoAndWhen,
} from './exports.mjs';

const ajv = new Ajv({ strict: false, allErrors: true });
addFormats(ajv);
const noSchema = hasOpenLineageSchema ? false : `no schema at ${openLineageSchema}`;

// What the words of the specification ask for, of the formats that any JSON Schema has.
const isWellFormed = ajv.compile({
  type: 'object',
  properties: {
    eventTime: { type: 'string', format: 'date-time' },
    schemaURL: { type: 'string', format: 'uri' },
    producer: { type: 'string', format: 'uri' },
    run: { properties: { runId: { type: 'string', format: 'uuid' } } },
  },
  required: ['eventTime', 'schemaURL', 'producer', 'run', 'job', 'inputs', 'outputs'],
});

function facetsOf(event) {
  const datasets = [...event.inputs, ...event.outputs];
  const holders = [event.run, event.job, ...datasets].map((holder) => holder.facets ?? {});
  const more = datasets.map((dataset) => dataset.outputFacets ?? {});
  return [...holders, ...more].flatMap((facets) => Object.values(facets));
}

function checkEvents(events) {
  const runs = new Map();
  for (const event of events) {
    assert.ok(isWellFormed(event), ajv.errorsText(isWellFormed.errors));
    for (const facet of facetsOf(event)) {
      assert.match(facet._schemaURL, /^https:\/\/openlineage\.io\/spec\//);
      assert.equal(facet._producer, event.producer);
    }
    runs.set(event.run.runId, [...(runs.get(event.run.runId) ?? []), event]);
  }
  const ends = ['COMPLETE', 'FAIL', 'ABORT'];
  for (const [runId, list] of runs) {
    assert.equal(list[0].eventType, 'START', runId);
    assert.equal(list.filter(({ eventType }) => eventType === 'START').length, 1);
    assert.ok(list.slice(0, -1).every(({ eventType }) => !ends.includes(eventType)));
    assert.equal(new Set(list.map(({ job }) => job.name)).size, 1);
    const parent = list[0].run.facets.parent;
    if (parent) {
      assert.equal(runs.get(parent.run.runId)[0].job.name, parent.job.name);
      assert.ok(ends.includes(list.at(-1).eventType));
    }
  }
  const produced = events.flatMap(({ outputs }) => outputs.map(({ name }) => name));
  assert.equal(new Set(produced).size, produced.length, 'a data set is produced twice');
  return runs;
}

function checkSchema(events) {
  const validate = ajv.getSchema('https://openlineage.io/spec/2-0-2/OpenLineage.json') ??
    ajv.compile(JSON.parse(readFileSync(openLineageSchema, 'utf8')));
  for (const event of events) assert.ok(validate(event), ajv.errorsText(validate.errors));
  const broken = structuredClone(events[0]);
  broken.run.runId = 'x';
  assert.ok(!validate(broken));
}

test('words, values and times that are easy to get wrong', () => {
  const runs = checkEvents(awkward('--format', 'openlineage'));
  assert.equal(runs.size, 3 * 6 + 3);
});

test('the schema takes them', { skip: noSchema }, () => {
  checkSchema(awkward('--format', 'openlineage'));
});

test('all runs of Who&When', { skip: hasDataSet ? false : 'no data set' }, () => {
  const events = whoAndWhen('--format', 'openlineage');
  assert.equal(checkEvents(events).size, 3016 + 129);
  assert.equal(events.length, 2 * (3016 + 129));
});

test('the schema takes all runs of Who&When', { skip: noSchema || (hasDataSet ? false : 'no data set') }, () => {
  checkSchema(whoAndWhen('--format', 'openlineage'));
});
