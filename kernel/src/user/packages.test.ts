import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packagePath } from './importer.js';
import { addPackages, isPackageName, npmScript } from './packages.js';
import { TestNotebook } from './notebook.fixture.js';

describe('the name of a package', () => {
  it('may have a scope and a version', () => {
    for (const name of [
      'lodash-es',
      '@scope/name',
      'a@1.2.3',
      '@s/n@^1.0.0-beta.1',
      'a@latest',
      'a@>=1'
    ])
      expect(isPackageName(name), name).toBe(true);
  });
  it('is no option, path, address or command', () => {
    for (const name of [
      '--prefix',
      '-g',
      '../a',
      '/a',
      'file:a',
      'http://x/y',
      'git+ssh://x',
      'a b',
      'a;b',
      '$(a)',
      'a@npm:b',
      '',
      `a${'b'.repeat(300)}`,
      'user/repo'
    ])
      expect(isPackageName(name), name).toBe(false);
  });
  it('is refused with KERNEL_PACKAGE_NAME before anything runs', async () => {
    const refused = addPackages(['ok', '--evil'], { folder: tmpdir(), write: () => undefined });
    await expect(refused).rejects.toMatchObject({
      code: 'KERNEL_PACKAGE_NAME',
      limits: { package: '--evil' }
    });
  });
  it('is what Node resolves, behind npm: with or without a version', () => {
    expect(packagePath('npm:lodash-es')).toBe('lodash-es');
    expect(packagePath('npm:@s/n@1.2/sub/x.js')).toBe('@s/n/sub/x.js');
    expect(packagePath('node:fs')).toBe('node:fs');
  });
});

describe('%npm add', () => {
  let notebook: TestNotebook;
  beforeAll(async () => {
    notebook = new TestNotebook();
    await notebook.ready;
  });
  afterAll(() => notebook.stop());

  it('has npm to run without a shell', () => {
    expect(npmScript()).toMatch(/npm-cli\.js$/);
  });

  it('that fails is KERNEL_PACKAGE_FAILED, with what npm printed, and the kernel goes on', async () => {
    // A registry that nobody serves: the failure needs no network.
    writeFileSync(
      join(notebook.folder, '.npmrc'),
      'registry=http://127.0.0.1:9/\nfetch-retries=0\n'
    );
    const { error, printed } = await notebook.run('%npm add tiny-missing@1\n1');

    expect(error?.ename).toBe('KERNEL_PACKAGE_FAILED');
    expect(error?.traceback).toContain('packages: tiny-missing@1');
    expect(printed).toMatch(/npm/);
    expect((await notebook.run('1 + 1')).text).toBe('2');
  });
});
