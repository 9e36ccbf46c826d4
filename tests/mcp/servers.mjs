// Skep as its users start it, and the clients that others wrote.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Client as ModernClient, StreamableHTTPClientTransport as ModernHttp } from '@modelcontextprotocol/client';
import { StdioClientTransport as ModernStdio } from '@modelcontextprotocol/client/stdio';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { ResourceUpdatedNotificationSchema } from '@modelcontextprotocol/sdk/types.js';

export const command = process.env.SKEP_COMMAND;
export const kNewest = '2026-07-28';
// What is waited for under sanitizers may take long.
export const kPatience = 60_000;

const directories = [];
process.on('exit', () => directories.forEach((path) => rmSync(path, { recursive: true, force: true })));

export function newDirectory() {
  const path = mkdtempSync(join(tmpdir(), 'skep-mcp-'));
  directories.push(path);
  return path;
}

export function skep(...args) {
  return execFileSync(command, args, { encoding: 'utf8', maxBuffer: 1 << 28 });
}

/** A running `skep serve`; `end` stops it. Without tokens unless `args` say so. */
export async function serve(database, args = ['--no-auth']) {
  const child = spawn(command, ['serve', '--db', database, '--listen', '127.0.0.1:0', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  let log = '';
  child.stderr.setEncoding('utf8').on('data', (text) => { log += text; });
  for await (const text of child.stdout.setEncoding('utf8')) {
    printed += text;
    if (/^listening on (.*)$/m.test(printed)) break;
  }
  const url = /^listening on (.*)$/m.exec(printed)?.[1];
  if (!url) throw new Error(`the server did not start: ${printed}${log}`);
  process.on('exit', () => child.kill('SIGKILL'));
  return {
    url,
    get log() { return log; },
    async end() {
      if (child.exitCode === null) {
        child.kill('SIGTERM');
        await once(child, 'exit');
      }
      return child.exitCode;
    },
  };
}

const clientInfo = { name: 'skep-tests', version: '1.0.0' };
// On a file or, without one, in front of a server.
const stdioParameters = ({ database, url, args = [] }) => ({
  command, args: ['mcp', ...(database ? ['--db', database] : ['--url', url]), ...args], stderr: 'inherit' });
const headersOf = (token) => (token ? { requestInit: { headers: { Authorization: `Bearer ${token}` } } } : {});

/** How a client reaches a store: by revision, and by transport. `open` gives one that is connected. */
export const ways = [
  {
    name: 'the SDK of 2025-11-25 over stdio', isModern: false, isHttp: false,
    async open(store) {
      const client = new Client(clientInfo);
      await client.connect(new StdioClientTransport(stdioParameters(store)));
      return client;
    },
  },
  {
    name: 'the SDK of 2025-11-25 over HTTP', isModern: false, isHttp: true,
    async open({ url, token }) {
      const client = new Client(clientInfo);
      await client.connect(new StreamableHTTPClientTransport(new URL(`${url}/mcp`), headersOf(token)));
      return client;
    },
  },
  {
    name: `the SDK of ${kNewest} over stdio`, isModern: true, isHttp: false,
    async open(store) {
      const client = new ModernClient(clientInfo, { versionNegotiation: { mode: { pin: kNewest } } });
      await client.connect(new ModernStdio(stdioParameters(store)));
      return client;
    },
  },
  {
    name: `the SDK of ${kNewest} over HTTP`, isModern: true, isHttp: true,
    async open({ url, token }) {
      const client = new ModernClient(clientInfo, { versionNegotiation: { mode: { pin: kNewest } } });
      await client.connect(new ModernHttp(new URL(`${url}/mcp`), headersOf(token)));
      return client;
    },
  },
];

/** Calls back with the address of each resource that is told to have changed. */
export function onUpdated(client, isModern, callback) {
  if (isModern) {
    client.setNotificationHandler('notifications/resources/updated', ({ params }) => callback(params.uri));
  } else {
    client.setNotificationHandler(ResourceUpdatedNotificationSchema, ({ params }) => callback(params.uri));
  }
}

export async function eventually(isTrue, what) {
  const deadline = Date.now() + kPatience;
  while (!isTrue()) {
    if (Date.now() > deadline) throw new Error(`in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
