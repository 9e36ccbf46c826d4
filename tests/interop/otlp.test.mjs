// Spans against OpenTelemetry's own protocol and names: the generated protobuf code of its
// JavaScript exporter, and the constants of its semantic conventions.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import test from 'node:test';

import { awkward, hasDataSet, whoAndWhen } from './exports.mjs';

const require = createRequire(import.meta.url);
const transformer = dirname(require.resolve('@opentelemetry/otlp-transformer/package.json'));
const root = require(join(transformer, 'build', 'src', 'generated', 'root.js'));
const Request = root.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
const conventions = require('@opentelemetry/semantic-conventions/incubating');

const valuesOf = (prefix) =>
  new Set(Object.entries(conventions).filter(([name]) => name.startsWith(prefix)).map(([, value]) => value));
const keys = valuesOf('ATTR_');
const enumerations = {
  'gen_ai.operation.name': valuesOf('GEN_AI_OPERATION_NAME_VALUE_'),
  'gen_ai.output.type': valuesOf('GEN_AI_OUTPUT_TYPE_VALUE_'),
  'error.type': valuesOf('ERROR_TYPE_VALUE_'),
};

// OTLP/JSON writes ids in hex where proto3 JSON has base64.
function withBase64Ids(value) {
  if (Array.isArray(value)) return value.map(withBase64Ids);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => {
    if (!['traceId', 'spanId', 'parentSpanId'].includes(key)) return [key, withBase64Ids(item)];
    assert.match(item, key === 'traceId' ? /^[0-9a-f]{32}$/ : /^[0-9a-f]{16}$/);
    assert.doesNotMatch(item, /^0+$/);
    return [key, Buffer.from(item, 'hex').toString('base64')];
  }));
}

/** Through the wire format and back: what the protocol does not know, or types otherwise, is lost. */
export function checkRequest(line) {
  const sent = withBase64Ids(line);
  const bytes = Request.encode(Request.fromObject(sent)).finish();
  const received = Request.toObject(Request.decode(bytes), { longs: String, bytes: String });
  assert.deepStrictEqual(received, sent);
}

const attributesOf = (item) => new Map(item.attributes.map(({ key, value }) => [key, value]));

function checkNames(attributes) {
  for (const [key, value] of attributes) {
    if (key.startsWith('skep.')) continue;
    assert.ok(keys.has(key), `${key} is no attribute of the conventions`);
    if (enumerations[key]) assert.ok(enumerations[key].has(value.stringValue), `${key}: ${value.stringValue}`);
  }
}

const spansOf = (lines) =>
  lines.flatMap((line) => line.resourceSpans.flatMap((r) => r.scopeSpans.flatMap((s) => s.spans)));

function check(lines, { linksLeave = false } = {}) {
  assert.ok(lines.length > 0);
  for (const line of lines) {
    checkRequest(line);
    for (const { resource } of line.resourceSpans) {
      const attributes = attributesOf(resource);
      assert.equal(attributes.get(conventions.ATTR_SERVICE_NAME).stringValue, 'skep');
      checkNames(attributes);
    }
  }
  const spans = spansOf(lines);
  const byId = new Map(spans.map((span) => [span.spanId, span]));
  assert.equal(byId.size, spans.length, 'span ids repeat');
  for (const span of spans) {
    assert.ok(BigInt(span.startTimeUnixNano) <= BigInt(span.endTimeUnixNano), span.name);
    const attributes = attributesOf(span);
    assert.equal(attributes.size, span.attributes.length, 'attributes repeat');
    checkNames(attributes);
    const operation = attributes.get('gen_ai.operation.name')?.stringValue;
    if (operation === 'invoke_workflow') {
      assert.equal(span.parentSpanId, undefined);
      assert.equal(span.name, `invoke_workflow ${attributes.get('gen_ai.workflow.name').stringValue}`);
    } else {
      assert.equal(byId.get(span.parentSpanId)?.traceId, span.traceId);
      if (operation === 'invoke_agent') {
        assert.equal(span.name, `invoke_agent ${attributes.get('gen_ai.agent.name').stringValue}`);
      }
    }
    assert.equal(span.status.code === 2, attributes.has('error.type'));
    for (const link of span.links ?? []) {
      const linked = byId.get(link.spanId);
      if (linked !== undefined || !linksLeave) assert.equal(linked.traceId, link.traceId);
    }
  }
  return spans;
}

test('words, values and times that are easy to get wrong', () => {
  const spans = check(awkward('--format', 'otlp', '--bodies'));
  assert.equal(spans.length, 3 * 8 + 3);
  for (const span of spans) {
    const messages = attributesOf(span).get('gen_ai.output.messages');
    if (messages) {
      const [message] = JSON.parse(messages.stringValue);
      assert.deepEqual(Object.keys(message), ['role', 'parts', 'finish_reason']);
      assert.ok(Buffer.byteLength(message.parts[0].content) <= 65536);
    }
  }
  check(awkward('--format', 'otlp'));
  check(awkward('--format', 'otlp', '--task', '', '--attempt', '0'), { linksLeave: true });
});

test('all runs of Who&When', { skip: hasDataSet ? false : 'no data set' }, () => {
  const spans = check(whoAndWhen('--format', 'otlp', '--bodies'));
  assert.equal(spans.length, 3016 + 129);
  assert.equal(new Set(spans.map((span) => span.traceId)).size, 129);
});

// What is checked with has to notice.
test('a request that is not one is noticed', () => {
  const [line] = awkward('--format', 'otlp');
  const broken = (change) => {
    const copy = structuredClone(line);
    change(copy.resourceSpans[0].scopeSpans[0].spans[0]);
    return copy;
  };
  checkRequest(broken(() => {}));
  for (const change of [
    (span) => { span.startTimeUnixNano = 5; },
    (span) => { span.traceId = 'abc'; },
    (span) => { span.unknown = 'x'; },
    (span) => { span.kind = 'SPAN_KIND_INTERNAL'; },
    (span) => { span.attributes[0].value = { intValue: 5 }; },
    (span) => { span.attributes = { key: 'x' }; },
  ]) {
    assert.throws(() => checkRequest(broken(change)), String(change));
  }
  assert.throws(() => checkNames(new Map([['gen_ai.agent.nme', { stringValue: '' }]])));
  assert.throws(() => checkNames(new Map([['gen_ai.operation.name', { stringValue: 'think' }]])));
});
