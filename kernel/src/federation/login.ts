import { existsSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { MemberId, wardbookError } from '@wardbook/protocol';
import { z } from 'zod';
import { writeFiles } from '../install-files.js';
import { GatewayClient, type GatewayClientOptions } from './gateway-client.js';
import { signRequest } from './sign.js';

/** What `wardbook login` stores: address, token and, for a coordinator without a lab before it, the member's key. */
export const Login = z.strictObject({
  url: z.url({ protocol: /^https?$/ }),
  token: z.string().min(1),
  member: MemberId.optional(),
  /** Raw Ed25519 private key, hexadecimal. */
  signingKey: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional()
});
/** What `wardbook login` stores. */
export type Login = z.infer<typeof Login>;

/** The file of the stored login: `WARDBOOK_LOGIN`, or `wardbook/login.json` in the folder of settings. */
export function loginFile(env: NodeJS.ProcessEnv = process.env): string {
  return (
    env['WARDBOOK_LOGIN'] ??
    join(env['XDG_CONFIG_HOME'] ?? join(homedir(), '.config'), 'wardbook', 'login.json')
  );
}

/** The stored login. @throws KERNEL_NO_GATEWAY when there is none, or none that can be read */
export function storedLogin(file: string = loginFile()): Login {
  if (!existsSync(file)) throw wardbookError('KERNEL_NO_GATEWAY');
  try {
    return Login.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (cause) {
    throw wardbookError('KERNEL_NO_GATEWAY', {}, { cause });
  }
}

/** How a login reaches its gateway; a login with a member's key signs its requests. */
export function gatewayOptions({ url, token, member, signingKey }: Login): GatewayClientOptions {
  const address = { url: url.endsWith('/') ? url : `${url}/`, token };
  if (member === undefined || signingKey === undefined) return address;
  return { ...address, signer: (plan, purpose) => signRequest(plan, purpose, member, signingKey) };
}

/**
 * Tries a login at its gateway and stores it for the kernels of this user; only the owner may read the file
 * (mode 0600; on Windows the user's folder protects it).
 *
 * @param login unchecked, as a person gave it
 * @returns the file
 * @throws LOGIN_INVALID, INSTALL_NOT_WRITABLE; AUTH_REQUIRED and COORDINATOR_UNREACHABLE as the gateway says
 */
export async function storeLogin(login: unknown, file: string = loginFile()): Promise<string> {
  const parsed = Login.safeParse(login);
  if (!parsed.success)
    throw wardbookError('LOGIN_INVALID', {
      fields: [...new Set(parsed.error.issues.map(({ path }) => path.join('.')))].join(', ')
    });
  if ((parsed.data.member === undefined) !== (parsed.data.signingKey === undefined))
    throw wardbookError('LOGIN_INVALID', { fields: 'member, signingKey' });
  await new GatewayClient(gatewayOptions(parsed.data)).federation();
  const content = `${JSON.stringify(parsed.data, null, 2)}\n`;
  await writeFiles(dirname(file), new Map([[basename(file), content]]), 0o600);
  return file;
}

const Keys = z.looseObject({
  signing: z.looseObject({ privateKey: z.string() }),
  token: z.string()
});
const Address = z.looseObject({ coordinator: z.number() });

/**
 * The login of a member of a federation on this machine.
 *
 * @param home folder of the federation
 * @throws LOGIN_NO_MEMBER when the folder has no such member, or was not started yet
 */
export async function loginOfHome(home: string, member: string): Promise<Login> {
  const id = MemberId.safeParse(member);
  if (!id.success) throw wardbookError('LOGIN_NO_MEMBER', { member });
  const read = async (...path: string[]): Promise<unknown> =>
    JSON.parse(await readFile(join(home, ...path), 'utf8'));
  try {
    const { signing, token } = Keys.parse(await read('members', `${id.data}.json`));
    const { coordinator } = Address.parse(await read('coordinator', 'address.json'));
    const url = `http://127.0.0.1:${coordinator}/`;
    return { url, token, member: id.data, signingKey: signing.privateKey };
  } catch (cause) {
    throw wardbookError('LOGIN_NO_MEMBER', { home, member }, { cause });
  }
}
