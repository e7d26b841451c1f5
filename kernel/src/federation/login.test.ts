import { createServer, type Server } from 'node:http';
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { gatewayOptions, loginFile, loginOfHome, storeLogin, storedLogin } from './login.js';

const KEY = 'ab'.repeat(32);

describe('the stored login', () => {
  let root = '';
  let server: Server;
  let url = '';
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'wardbook-login-'));
    server = createServer((request, response) => {
      const isMember = request.headers.authorization === 'Bearer right';
      response.statusCode = isMember ? 200 : 401;
      response.end(JSON.stringify(isMember ? {} : { error: { code: 'AUTH_REQUIRED' } }));
    });
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(async () => {
    server.close();
    server.closeAllConnections();
    await rm(root, { recursive: true, force: true });
  });

  it('is tried at the gateway, kept for its owner only, and read back', async () => {
    const file = join(root, 'new', 'login.json');
    const login = { url, token: 'right', member: 'ana', signingKey: KEY };
    expect(await storeLogin(login, file)).toBe(file);
    expect(storedLogin(file)).toEqual(login);
    if (process.platform !== 'win32') expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(gatewayOptions(storedLogin(file))).toMatchObject({ url: `${url}/`, token: 'right' });
    expect(gatewayOptions(storedLogin(file)).signer).toBeTypeOf('function');
  });

  it('is not stored when the gateway refuses the token or is not there', async () => {
    const file = join(root, 'login.json');
    await expect(storeLogin({ url, token: 'wrong' }, file)).rejects.toMatchObject({
      code: 'AUTH_REQUIRED'
    });
    await expect(
      storeLogin({ url: 'http://127.0.0.1:9/', token: 'right' }, file)
    ).rejects.toMatchObject({ code: 'COORDINATOR_UNREACHABLE' });
    await expect(stat(file)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it.each([
    [{ url: 'ftp://there', token: 'right' }, 'url'],
    [{ url: 'http://there', token: '' }, 'token'],
    [{ url: 'http://there', token: 'right', member: 'ana' }, 'member, signingKey'],
    [{ url: 'http://there', token: 'right', signingKey: KEY.toUpperCase() }, 'signingKey']
  ])('LOGIN_INVALID: %j names %s and never a secret', async (login, fields) => {
    await expect(storeLogin(login, join(root, 'login.json'))).rejects.toMatchObject({
      code: 'LOGIN_INVALID',
      limits: { fields }
    });
  });

  it('of a federation on this machine is that of one member', async () => {
    await mkdir(join(root, 'members'));
    await mkdir(join(root, 'coordinator'));
    await writeFile(
      join(root, 'members', 'ana.json'),
      JSON.stringify({ signing: { publicKey: '', privateKey: KEY }, token: 'right' })
    );
    await writeFile(join(root, 'coordinator', 'address.json'), '{"coordinator":4711}');
    expect(await loginOfHome(root, 'ana')).toEqual({
      url: 'http://127.0.0.1:4711/',
      token: 'right',
      member: 'ana',
      signingKey: KEY
    });
    for (const member of ['claire', '../members/ana', ''])
      await expect(loginOfHome(root, member)).rejects.toMatchObject({ code: 'LOGIN_NO_MEMBER' });
  });

  it('KERNEL_NO_GATEWAY: no file, or a file that is cut, gives no login', async () => {
    const file = join(root, 'login.json');
    expect(() => storedLogin(file)).toThrow(expect.objectContaining({ code: 'KERNEL_NO_GATEWAY' }));
    await writeFile(file, '{"url":');
    expect(() => storedLogin(file)).toThrow(expect.objectContaining({ code: 'KERNEL_NO_GATEWAY' }));
    expect(await readFile(file, 'utf8')).toBe('{"url":');
  });

  it('lies where WARDBOOK_LOGIN says, else in the folder of settings', () => {
    expect(loginFile({ WARDBOOK_LOGIN: '/x/login.json' })).toBe('/x/login.json');
    expect(loginFile({ XDG_CONFIG_HOME: '/c' })).toBe(join('/c', 'wardbook', 'login.json'));
  });
});
