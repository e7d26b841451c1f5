import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { textOf } from '../wire/text.js';

/** One input of a session. */
type Entry = readonly [session: number, line: number, source: string];

/** Inputs of all sessions, one JSON line each, kept on disk. */
export class History {
  readonly #file: string;
  readonly #entries: Entry[] = [];
  readonly #session: number;

  /** @param file JSON lines; default in the user's data folder */
  constructor(
    file = join(
      process.env['XDG_DATA_HOME'] ?? join(homedir(), '.local', 'share'),
      'wardbook',
      'history.jsonl'
    )
  ) {
    this.#file = file;
    if (existsSync(file))
      for (const line of readFileSync(file, 'utf8').split('\n')) {
        const entry = parse(line);
        if (entry !== null) this.#entries.push(entry);
      }
    this.#session = (this.#entries.at(-1)?.[0] ?? 0) + 1;
  }

  /** Adds an input. A disk that does not take it is no fault of the cell. */
  add(line: number, source: string): void {
    const entry: Entry = [this.#session, line, source];
    this.#entries.push(entry);
    try {
      mkdirSync(dirname(this.#file), { recursive: true });
      appendFileSync(this.#file, `${JSON.stringify(entry)}\n`, { mode: 0o600 });
    } catch {
      return;
    }
  }

  /** Answers a history request of any of its three kinds. */
  find(request: Readonly<Record<string, unknown>>): Entry[] {
    const n = typeof request['n'] === 'number' ? request['n'] : undefined;
    if (request['hist_access_type'] === 'tail') return this.#entries.slice(-(n ?? 1000));
    if (request['hist_access_type'] === 'search') {
      const wanted = glob(textOf(request, 'pattern') || '*');
      const found = this.#entries.filter(([, , source]) => wanted.test(source));
      const distinct =
        request['unique'] === true
          ? [...new Map(found.map(entry => [entry[2], entry])).values()]
          : found;
      return n === undefined ? distinct : distinct.slice(-n);
    }
    const session = Number(request['session'] ?? 0);
    const wanted = session <= 0 ? this.#session + session : session;
    const from = Number(request['start'] ?? 0);
    const to = Number(request['stop'] ?? Number.POSITIVE_INFINITY);
    return this.#entries.filter(([own, line]) => own === wanted && line >= from && line < to);
  }
}

function parse(line: string): Entry | null {
  try {
    const value: unknown = JSON.parse(line);
    return Array.isArray(value) && value.length === 3 ? (value as unknown as Entry) : null;
  } catch {
    return null;
  }
}

function glob(pattern: string): RegExp {
  const escaped = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '[^]*')
    .replaceAll('?', '[^]');
  return new RegExp(`^${escaped}$`);
}
