import { chmod, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  KERNEL_MAIN,
  installKernelspec,
  kernelspec,
  listKernelspecs,
  uninstallKernelspec
} from './install.js';
import { dataFolder, searchFolders, type Host } from './install-places.js';

const host = (platform: NodeJS.Platform, env: Record<string, string> = {}): Host => ({
  platform,
  env,
  home: platform === 'win32' ? 'C:\\Users\\ana' : '/home/ana',
  pythonPrefix: () => Promise.resolve(null)
});

describe('the places of Jupyter', () => {
  it.each([
    ['linux', {}, '/home/ana/.local/share/jupyter'],
    ['linux', { XDG_DATA_HOME: '/data' }, '/data/jupyter'],
    ['linux', { XDG_DATA_HOME: '' }, '/home/ana/.local/share/jupyter'],
    ['darwin', { XDG_DATA_HOME: '/data' }, '/home/ana/Library/Jupyter'],
    ['win32', { APPDATA: 'D:\\Roaming' }, 'D:\\Roaming\\jupyter'],
    ['win32', {}, 'C:\\Users\\ana\\AppData\\Roaming\\jupyter'],
    ['win32', { JUPYTER_DATA_DIR: 'E:\\jupyter' }, 'E:\\jupyter'],
    ['darwin', { JUPYTER_DATA_DIR: '/chosen' }, '/chosen']
  ] as const)('on %s with %j the data of a user is in %s', async (platform, env, folder) => {
    expect(await dataFolder({ user: true }, host(platform, env))).toBe(folder);
  });

  it('the active environment is the virtual one, then conda, then the first python', async () => {
    const both = { VIRTUAL_ENV: '/venv', CONDA_PREFIX: '/conda' };
    const target = { sysPrefix: true } as const;
    expect(await dataFolder(target, host('linux', both))).toBe('/venv/share/jupyter');
    expect(await dataFolder(target, host('win32', { CONDA_PREFIX: 'C:\\conda' }))).toBe(
      'C:\\conda\\share\\jupyter'
    );
    const python = { ...host('darwin'), pythonPrefix: () => Promise.resolve('/opt/python') };
    expect(await dataFolder(target, python)).toBe('/opt/python/share/jupyter');
  });

  it('INSTALL_NO_ENVIRONMENT: refuses the active environment when there is none', async () => {
    await expect(dataFolder({ sysPrefix: true }, host('linux'))).rejects.toMatchObject({
      code: 'INSTALL_NO_ENVIRONMENT'
    });
  });

  it('looks where Jupyter looks, in its order, each folder once', async () => {
    const env = { JUPYTER_PATH: '/first:/home/ana/.local/share/jupyter', VIRTUAL_ENV: '/venv' };
    expect(await searchFolders(host('linux', env))).toEqual([
      '/first',
      '/home/ana/.local/share/jupyter',
      '/venv/share/jupyter',
      '/usr/local/share/jupyter',
      '/usr/share/jupyter'
    ]);
    expect(await searchFolders(host('win32', { JUPYTER_PATH: 'C:\\a;D:\\b' }))).toEqual([
      'C:\\a',
      'D:\\b',
      'C:\\Users\\ana\\AppData\\Roaming\\jupyter',
      'C:\\ProgramData\\jupyter'
    ]);
  });
});

describe('the kernelspec', () => {
  let root = '';
  const here = () => host('linux', { JUPYTER_DATA_DIR: join(root, 'data'), VIRTUAL_ENV: '/none' });
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'wardbook-install-'));
  });
  afterEach(() => rm(root, { recursive: true, force: true }));

  it('starts this Node by its absolute path and says what the kernel can do', () => {
    expect(kernelspec()).toMatchObject({
      argv: [process.execPath, KERNEL_MAIN, '{connection_file}'],
      language: 'typescript',
      interrupt_mode: 'message',
      metadata: { supported_encryption: ['curve'] }
    });
  });

  it('is installed with its logos, and a second time gives the same files and no others', async () => {
    const first = await installKernelspec({ user: true }, here());
    const names = (await readdir(first)).sort();
    const before = await readFile(join(first, 'kernel.json'), 'utf8');
    expect(await installKernelspec({ user: true }, here())).toBe(first);
    expect((await readdir(first)).sort()).toEqual(names);
    expect(names).toEqual(['kernel.json', 'logo-32x32.png', 'logo-64x64.png', 'logo-svg.svg']);
    expect(await readFile(join(first, 'kernel.json'), 'utf8')).toBe(before);
    expect((await readFile(join(first, 'logo-64x64.png'))).subarray(1, 4).toString()).toBe('PNG');
  });

  it('is listed where it is, with the files of its command that are gone', async () => {
    const folder = await installKernelspec({ user: true }, here());
    const argv = ['/gone/node', KERNEL_MAIN, '{connection_file}'];
    await writeFile(join(folder, 'kernel.json'), JSON.stringify({ argv }));
    expect((await listKernelspecs(here()))[0]).toMatchObject({ folder, argv });
    expect((await listKernelspecs(here()))[0]?.missing).toContain('/gone/node');
    await writeFile(join(folder, 'kernel.json'), '{');
    expect((await listKernelspecs(here()))[0]).toEqual({ folder, argv: null, missing: [] });
  });

  it('is gone after an uninstall, and a second uninstall finds nothing', async () => {
    const folder = await installKernelspec({ prefix: root }, here());
    expect(await uninstallKernelspec({ prefix: root }, here())).toBe(folder);
    expect(await listKernelspecs({ ...here(), env: { JUPYTER_PATH: root } })).toEqual([]);
    expect(await uninstallKernelspec({ prefix: root }, here())).toBeNull();
  });

  it('INSTALL_NOT_OURS: a folder with files of somebody else stays', async () => {
    const folder = await installKernelspec({ prefix: root }, here());
    await writeFile(join(folder, 'notes.txt'), 'mine');
    await expect(uninstallKernelspec({ prefix: root }, here())).rejects.toMatchObject({
      code: 'INSTALL_NOT_OURS'
    });
    expect(await readdir(folder)).toContain('notes.txt');
  });

  it('INSTALL_NOT_WRITABLE: a prefix that is a file, and a folder without the right to write', async () => {
    await writeFile(join(root, 'file'), '');
    await expect(installKernelspec({ prefix: join(root, 'file') }, here())).rejects.toMatchObject({
      code: 'INSTALL_NOT_WRITABLE'
    });
    await mkdir(join(root, 'locked'));
    await chmod(join(root, 'locked'), 0o500);
    if (process.getuid?.() === 0) return;
    await expect(installKernelspec({ prefix: join(root, 'locked') }, here())).rejects.toMatchObject(
      { code: 'INSTALL_NOT_WRITABLE' }
    );
  });

  it('INSTALL_NOT_WRITABLE: leaves no half file when a name is taken by a folder', async () => {
    const folder = join(root, 'share', 'jupyter', 'kernels', 'wardbook-typescript');
    await mkdir(join(folder, 'kernel.json', 'inner'), { recursive: true });
    await expect(installKernelspec({ prefix: root }, here())).rejects.toMatchObject({
      code: 'INSTALL_NOT_WRITABLE'
    });
    expect((await readdir(folder)).filter(name => name.endsWith('.tmp'))).toEqual([]);
  });
});
