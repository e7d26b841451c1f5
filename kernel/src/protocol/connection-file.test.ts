import { describe, expect, it } from 'vitest';
import { addressOf, parseConnectionFile } from './connection-file.js';

const FILE = {
  ...{ shell_port: 1, iopub_port: 2, stdin_port: 3, control_port: 4, hb_port: 5 },
  ...{ ip: '127.0.0.1', transport: 'tcp', key: 'k', signature_scheme: 'hmac-sha256' },
  kernel_name: 'ignored'
};

describe('a connection file', () => {
  it('names ports, key and scheme; addresses follow its transport', () => {
    const file = parseConnectionFile(FILE);
    expect(file).toMatchObject({ key: 'k', scheme: 'hmac-sha256', curve: null });
    expect(file.ports).toEqual({ shell: 1, iopub: 2, stdin: 3, control: 4, heartbeat: 5 });
    expect(addressOf(file, 7)).toBe('tcp://127.0.0.1:7');
    expect(addressOf({ ...file, transport: 'ipc', ip: '/tmp/k' }, 7)).toBe('ipc:///tmp/k-7');
  });

  it('asks for encryption by two keys; a half pair or a short key is refused', () => {
    const key = 'x'.repeat(40);
    const curve = { curve_publickey: key, curve_secretkey: key };
    expect(parseConnectionFile({ ...FILE, ...curve }).curve).toEqual({
      publicKey: key,
      secretKey: key
    });
    expect(() => parseConnectionFile({ ...FILE, curve_publickey: key })).toThrow(/curve_secretkey/);
    expect(() => parseConnectionFile({ ...FILE, ...curve, curve_publickey: 'x' })).toThrow(
      /curve_publickey/
    );
  });

  it('is refused by the name of the field that is missing or wrong', () => {
    for (const name of ['shell_port', 'hb_port', 'key'])
      expect(() => parseConnectionFile({ ...FILE, [name]: undefined })).toThrow(name);
    expect(() => parseConnectionFile({ ...FILE, iopub_port: 70_000 })).toThrow('iopub_port');
    expect(() => parseConnectionFile(null)).toThrow(TypeError);
  });
});
