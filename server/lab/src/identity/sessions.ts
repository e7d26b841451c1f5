import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { IncomingHttpHeaders } from 'node:http';
import { join } from 'node:path';
import type { LabUser } from '../config.js';

const LIFE_SECONDS = 14 * 24 * 3_600;

/** Who is logged in: a personal link carries a token that stays valid; in the page a signed HttpOnly cookie stands for it. */
export class Sessions {
  readonly #users: readonly LabUser[];
  readonly #key: Buffer;
  #cookieName = 'wardbook';

  /** @param home the lab's state folder: keeps the key of the cookies over a restart */
  constructor(users: readonly LabUser[], home: string) {
    this.#users = users;
    mkdirSync(home, { recursive: true, mode: 0o700 });
    const file = join(home, 'session.key');
    if (!existsSync(file)) writeFileSync(file, randomBytes(32), { mode: 0o600, flag: 'wx' });
    this.#key = readFileSync(file);
  }

  /** Cookies of two labs on one host name must not replace each other: the port is part of the name. */
  set port(port: number) {
    this.#cookieName = `wardbook-${port}`;
  }

  /** The user of a login token, or null. */
  userOfToken(token: string): LabUser | null {
    const given = createHash('sha256').update(token).digest();
    let found: LabUser | null = null;
    for (const user of this.#users)
      if (timingSafeEqual(given, Buffer.from(user.tokenHash, 'hex'))) found = user;
    return found;
  }

  /** The `Set-Cookie` value of a user's new session. */
  cookieFor(user: LabUser, nowMs: number): string {
    const body = `${user.name}.${Math.floor(nowMs / 1_000) + LIFE_SECONDS}`;
    return `${this.#cookieName}=${body}.${this.#mac(body)}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${LIFE_SECONDS}`;
  }

  /** The `Set-Cookie` value that ends a session. */
  get endingCookie(): string {
    return `${this.#cookieName}=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0`;
  }

  /** Who sends a request: by `Authorization: token …` or by cookie; null when nobody known. */
  authenticate(headers: IncomingHttpHeaders, nowMs: number): LabUser | null {
    const token = /^(?:token|Bearer) (\S{16,200})$/.exec(headers.authorization ?? '')?.[1];
    if (token !== undefined) return this.userOfToken(token);
    for (const part of (headers.cookie ?? '').split(';')) {
      const [name, value] = part.trim().split('=', 2);
      if (name !== this.#cookieName || value === undefined) continue;
      const [user, expires, mac] = value.split('.');
      if (user === undefined || expires === undefined || mac === undefined) continue;
      if (!same(mac, this.#mac(`${user}.${expires}`))) continue;
      if (Number(expires) * 1_000 < nowMs) continue;
      return this.#users.find(({ name: known }) => known === user) ?? null;
    }
    return null;
  }

  #mac(body: string): string {
    return createHmac('sha256', this.#key).update(body).digest('hex');
  }
}

/** Whether a request comes from our own pages: what changes state and every WebSocket needs it. */
export function isOwnOrigin(headers: IncomingHttpHeaders): boolean {
  const { origin, host } = headers;
  if (origin === undefined) return headers.authorization !== undefined;
  return host !== undefined && URL.canParse(origin) && new URL(origin).host === host;
}

function same(a: string, b: string): boolean {
  return a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));
}
