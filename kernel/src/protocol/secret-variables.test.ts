import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { hideSecretVariables, isSecret } from './secret-variables.js';

const SOURCE = fileURLToPath(new URL('secret-variables.ts', import.meta.url));

describe('secret variables', () => {
  it('are tokens and keys of the product and of the programs that start kernels', () => {
    for (const name of ['WARDBOOK_TOKEN', 'WARDBOOK_SIGNING_KEY', 'JUPYTERHUB_API_TOKEN'])
      expect(isSecret(name)).toBe(true);
    for (const name of ['HOME', 'WARDBOOK_URL', 'MY_TOKEN']) expect(isSecret(name)).toBe(false);
  });

  it.skipIf(process.platform !== 'linux')(
    'are gone from what the system shows of the process, and still known to it',
    () => {
      const code = `
        const { transformSync } = await import('amaro');
        const { readFileSync, writeFileSync, mkdtempSync, rmSync } = await import('node:fs');
        const folder = mkdtempSync((await import('node:os')).tmpdir() + '/wardbook-secret-');
        const file = folder + '/module.mjs';
        writeFileSync(file, transformSync(readFileSync(${JSON.stringify(SOURCE)}, 'utf8'), { mode: 'strip-only' }).code);
        const { hideSecretVariables } = await import(file);
        rmSync(folder, { recursive: true });
        const hidden = hideSecretVariables(process.env);
        const shown = readFileSync('/proc/self/environ', 'latin1');
        console.log(JSON.stringify({ hidden, shown: shown.includes('very secret'), kept: process.env.WARDBOOK_TOKEN, other: shown.includes('OTHER=plain') }));`;
      const { stdout, stderr } = spawnSync(
        process.execPath,
        ['--input-type=module', '--eval', code],
        {
          env: { ...process.env, WARDBOOK_TOKEN: 'very secret', OTHER: 'plain' },
          encoding: 'utf8'
        }
      );
      expect(stderr).toBe('');
      expect(JSON.parse(stdout)).toEqual({
        ...{ hidden: ['WARDBOOK_TOKEN'], shown: false },
        ...{ kept: 'very secret', other: true }
      });
    }
  );

  it('that do not exist cost nothing', () => {
    expect(hideSecretVariables({ HOME: '/home/a' })).toEqual([]);
  });
});
