import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { transformSync } from 'amaro';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const SOURCE = readFileSync(fileURLToPath(new URL('launch.cts', import.meta.url)), 'utf8');
const EARLY = new Date('2026-01-01');
const LATE = new Date('2026-01-02');

let root = '';

function put(path: string, text: string, at: Date): void {
  const file = join(root, path);
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, text);
  utimesSync(file, at, at);
}

function putBundle(at: Date): void {
  put('kernel/dist/start/main.cjs', `console.log('bundle');`, at);
}

/** What the launcher starts. */
function launched(): string {
  return spawnSync(process.execPath, [join(root, 'kernel/dist/launch.cjs')], {
    encoding: 'utf8'
  }).stdout.trim();
}

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'launch-'));
  put('kernel/package.json', '{ "type": "module" }', EARLY);
  put('kernel/dist/launch.cjs', transformSync(SOURCE, { mode: 'strip-only' }).code, EARLY);
  put('kernel/dist/main.js', `console.log('modules');`, EARLY);
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

describe('the launcher starts', () => {
  it('the bundle where nothing says when the packages were compiled', () => {
    putBundle(EARLY);

    expect(launched()).toBe('bundle');
  });

  it('the bundle when it is younger than what was compiled', () => {
    putBundle(LATE);
    put('kernel/dist/.tsbuildinfo', '', EARLY);

    expect(launched()).toBe('bundle');
  });

  it.each(['kernel', 'protocol', 'guard', 'analyses'])(
    'the modules when %s was compiled after it was made',
    name => {
      putBundle(EARLY);
      put(`${name}/dist/.tsbuildinfo`, '', LATE);

      expect(launched()).toBe('modules');
    }
  );

  it('the modules where there is no bundle', () => {
    expect(launched()).toBe('modules');
  });
});
