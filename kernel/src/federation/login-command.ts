import { readFile } from 'node:fs/promises';
import { loginOfHome, storeLogin } from './login.js';

/** What a person says at a login; secrets come from files, the environment or standard input, never from words. */
export interface LoginRequest {
  readonly home?: string | undefined;
  readonly member?: string | undefined;
  readonly url?: string | undefined;
  readonly tokenFile?: string | undefined;
  readonly keyFile?: string | undefined;
}

/**
 * Stores the login that was asked for.
 *
 * @param readInput standard input, read when no file and no `WARDBOOK_TOKEN` gives the token
 * @returns the file and the address
 * @throws LOGIN_INVALID, LOGIN_NO_MEMBER and what the gateway says
 */
export async function login(
  request: LoginRequest,
  readInput: () => Promise<string>
): Promise<{ readonly file: string; readonly url: string }> {
  if (request.home !== undefined) {
    const found = await loginOfHome(request.home, request.member ?? '');
    return { file: await storeLogin(found), url: found.url };
  }
  const { url = process.env['WARDBOOK_URL'] ?? '', tokenFile, keyFile, member } = request;
  const token =
    tokenFile === undefined
      ? (process.env['WARDBOOK_TOKEN'] ?? (await readInput()))
      : await readFile(tokenFile, 'utf8');
  const signingKey = keyFile === undefined ? undefined : (await readFile(keyFile, 'utf8')).trim();
  const asked = { url, token: token.trim(), member, signingKey };
  return { file: await storeLogin(asked), url };
}

/** Everything on standard input; asks for it when a person sits there. */
export async function tokenFromInput(): Promise<string> {
  if (process.stdin.isTTY) process.stderr.write('Token, then Enter and Ctrl+D: ');
  const chunks: Uint8Array[] = [];
  for await (const chunk of process.stdin) chunks.push(Buffer.from(chunk as Uint8Array));
  return Buffer.concat(chunks).toString('utf8');
}
