import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LspClient } from './lsp-client.js';
import { typescriptBinary } from './typescript-binary.js';

const HOVER = { position: { line: 0, character: 6 } };

describe('client of the language server', () => {
  let folder = '';
  const clients: LspClient[] = [];
  const unavailable: string[] = [];
  const client = (binary: string, options: { arguments?: string[] } = {}) => {
    const made = new LspClient({
      binary,
      folder,
      onUnavailable: reason => unavailable.push(reason),
      ...options
    });
    clients.push(made);
    return made;
  };
  const hover = (lsp: LspClient, limitMs = 10_000) =>
    lsp.request(
      'textDocument/hover',
      { textDocument: { uri: lsp.uri('a.ts') }, ...HOVER },
      limitMs
    );
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'wardbook-lsp-'));
  });
  afterEach(async () => {
    for (const lsp of clients.splice(0)) await lsp.dispose();
    unavailable.length = 0;
    await rm(folder, { recursive: true, force: true });
  });
  const binary = () => {
    const found = typescriptBinary();
    if (found === null) throw new Error('typescript-7 has no binary for this machine');
    return found;
  };

  it('starts at the first request and knows documents that were set before', async () => {
    const lsp = client(binary());
    lsp.setDocument('a.ts', 'const answer = 42;');
    expect(lsp.pid).toBeNull();
    expect(JSON.stringify(await hover(lsp))).toContain('const answer: 42');
    lsp.setDocument('a.ts', 'const answer = "text";');
    expect(JSON.stringify(await hover(lsp))).toContain('text');
  });

  it('starts again after a crash, with its documents, and answers what waited with null', async () => {
    const lsp = client(binary());
    lsp.setDocument('a.ts', 'const answer = 42;');
    await hover(lsp);
    const { pid } = lsp;
    process.kill(pid ?? 0, 'SIGKILL');
    const lost = await hover(lsp);
    expect(lost === null || JSON.stringify(lost).includes('42')).toBe(true);
    expect(JSON.stringify(await hover(lsp))).toContain('const answer: 42');
    expect(lsp.pid).not.toBe(pid);
    expect(unavailable).toEqual([]);
  });

  it('gives up after three crashes in a minute and says so once', async () => {
    const lsp = client(binary());
    for (let round = 0; round < 3; round += 1) {
      await lsp.start();
      const { pid } = lsp;
      process.kill(pid ?? 0, 'SIGKILL');
      await expect.poll(() => lsp.pid).toBeNull();
    }
    expect(await hover(lsp)).toBeNull();
    expect(lsp.available).toBe(false);
    expect(unavailable).toEqual(['SIGKILL']);
  });

  it('is unavailable, and says so once, when the program does not exist or is no language server', async () => {
    const missing = client(join(folder, 'nothing-here'));
    expect(await hover(missing)).toBeNull();
    expect(await hover(missing)).toBeNull();
    expect(unavailable).toHaveLength(1);
    const other = client(process.execPath, { arguments: ['-e', 'process.exit(3)'] });
    expect(await hover(other)).toBeNull();
    expect(unavailable).toEqual([expect.stringContaining('ENOENT'), 'exit code 3']);
  });

  it('answers null in time when the server is silent', async () => {
    const lsp = client(process.execPath, {
      arguments: [
        '-e',
        // Answers the first request and no other.
        `process.stdin.once('data', () => { const s = JSON.stringify({jsonrpc:'2.0',id:1,result:{}}); process.stdout.write('Content-Length: ' + s.length + '\\r\\n\\r\\n' + s); process.stdin.resume(); })`
      ]
    });
    expect(await hover(lsp, 50)).toBeNull();
    expect(lsp.available).toBe(true);
  });

  it('ends its process when it is disposed', async () => {
    const lsp = client(binary());
    await lsp.start();
    const pid = lsp.pid ?? 0;
    await lsp.dispose();
    await expect
      .poll(() => {
        try {
          return process.kill(pid, 0);
        } catch {
          return 'gone';
        }
      })
      .toBe('gone');
    expect(await hover(lsp)).toBeNull();
  });
});
