import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createProgram } from '../program.js';

it('INSTALL_ONE_TARGET: two places at once are refused, and nothing is written', async () => {
  const prefix = await mkdtemp(join(tmpdir(), 'wardbook-kernel-command-'));
  try {
    const words = ['node', 'wardbook', 'kernel', 'install', '--sys-prefix', '--prefix', prefix];
    await expect(createProgram().parseAsync(words)).rejects.toMatchObject({
      code: 'INSTALL_ONE_TARGET'
    });
    expect(existsSync(join(prefix, 'share'))).toBe(false);
  } finally {
    await rm(prefix, { recursive: true, force: true });
  }
});
