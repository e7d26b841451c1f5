import { homedir } from 'node:os';
import { join } from 'node:path';
import { textOf } from '../wire/text.js';
import { globMatcher } from './glob.js';
import { HistoryFile, type HistoryEntry } from './history-file.js';

/** An input as history_reply carries it; with outputs asked for, its third part is `[input, output]`. */
export type HistoryRow =
  | readonly [session: number, line: number, input: string]
  | readonly [session: number, line: number, both: readonly [string, string | null]];

type Request = Readonly<Record<string, unknown>>;

/** Inputs are gathered for so long before they go to the disk. */
const WRITE_MS = 250;
const TAIL = 1_000;
/** Outputs are kept for the latest cells, and only short ones. */
const OUTPUTS_KEPT = 1_000;
const LONGEST_OUTPUT = 4_096;

/** Where inputs are kept when nobody says otherwise. */
export function historyPath(env: NodeJS.ProcessEnv): string {
  const data = env['XDG_DATA_HOME'] ?? join(homedir(), '.local', 'share');
  return env['WARDBOOK_KERNEL_HISTORY'] ?? join(data, 'wardbook', 'history.jsonl');
}

/** Inputs of this session and of all before it. Cells never wait for the disk. */
export class History {
  readonly #file: HistoryFile;
  readonly #own: { readonly line: number; readonly source: string }[] = [];
  readonly #outputs = new Map<number, Uint8Array>();
  #session: Promise<number> | null = null;
  #waiting: { readonly line: number; readonly source: string }[] = [];
  #timer: NodeJS.Timeout | null = null;
  #written: Promise<unknown> = Promise.resolve();

  /** @param path JSON lines */
  constructor(path: string) {
    this.#file = new HistoryFile(path);
  }

  /** Adds an input. A disk that does not take it is no fault of the cell. */
  add(line: number, source: string): void {
    this.#own.push({ line, source });
    this.#waiting.push({ line, source });
    this.#timer ??= setTimeout(() => void this.flush(), WRITE_MS);
  }

  /** Remembers the output of an input: the JSON of its MIME bundle. */
  output(line: number, bundle: Uint8Array): void {
    if (bundle.length > LONGEST_OUTPUT) return;
    this.#outputs.set(line, bundle);
    if (this.#outputs.size > OUTPUTS_KEPT) this.#outputs.delete(line - OUTPUTS_KEPT);
  }

  /** Waits until every input is on disk, or the disk has refused it. */
  async flush(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    const waiting = this.#waiting;
    this.#waiting = [];
    if (waiting.length > 0)
      this.#written = this.#written.then(() => this.#append(waiting)).catch(() => undefined);
    await this.#written;
  }

  /** Answers a history_request of any of its three kinds, as IPython does. */
  async find(request: Request): Promise<HistoryRow[]> {
    const session = await this.#number();
    const found = await this.#select(request, session);
    if (request['output'] !== true) return found.map(rowOf);
    return found.map(entry => {
      const output = entry.session === session ? this.#outputOf(entry.line) : null;
      return [entry.session, entry.line, [entry.source, output]];
    });
  }

  async #select(request: Request, session: number): Promise<HistoryEntry[]> {
    const kind = request['hist_access_type'];
    const count = numberOf(request['n']);
    if (kind === 'tail') return (await this.#all(session)).slice(-(count ?? TAIL) || Infinity);
    if (kind === 'search') return searched(await this.#all(session), request, count);
    const asked = numberOf(request['session']) ?? 0;
    const wanted = asked <= 0 ? session + asked : asked;
    const all = await this.#all(session);
    const lines = all.filter(entry => entry.session === wanted);
    return ranged(lines, request, wanted === session ? this.#own.length + 1 : null);
  }

  /** Everything, by session and line; this session last, also when a later one runs beside it. */
  async #all(session: number): Promise<HistoryEntry[]> {
    await this.flush();
    const others = (await this.#file.read()).filter(entry => entry.session !== session);
    others.sort((a, b) => a.session - b.session || a.line - b.line);
    return [...others, ...this.#own.map(entry => ({ session, ...entry }))];
  }

  // A disk that gives no number leaves this session with 1, in memory.
  #number(): Promise<number> {
    this.#session ??= this.#file.begin().catch(() => 1);
    return this.#session;
  }

  async #append(inputs: readonly { readonly line: number; readonly source: string }[]) {
    const session = await this.#number();
    await this.#file.append(inputs.map(input => ({ session, ...input })));
  }

  #outputOf(line: number): string | null {
    const bundle = this.#outputs.get(line);
    if (bundle === undefined) return null;
    const { data } = JSON.parse(Buffer.from(bundle).toString('utf8')) as {
      data?: Record<string, unknown>;
    };
    return textOf(data ?? {}, 'text/plain');
  }
}

function searched(
  all: readonly HistoryEntry[],
  request: Request,
  count: number | null
): HistoryEntry[] {
  const wanted = globMatcher(textOf(request, 'pattern') || '*');
  const found = all.filter(({ source }) => wanted(source));
  const distinct = request['unique'] === true ? latestOfEach(found) : found;
  return count === null ? distinct : count <= 0 ? [] : distinct.slice(-count);
}

function latestOfEach(found: readonly HistoryEntry[]): HistoryEntry[] {
  const latest = new Map<string, HistoryEntry>();
  for (const entry of found) {
    latest.delete(entry.source);
    latest.set(entry.source, entry);
  }
  return [...latest.values()];
}

/** @param next line of the next input of the current session: negative bounds count from it; null = another session */
function ranged(
  lines: readonly HistoryEntry[],
  request: Request,
  next: number | null
): HistoryEntry[] {
  const bound = (value: number | null) =>
    value !== null && value < 0 && next !== null ? value + next : value;
  const start = bound(numberOf(request['start'])) ?? 0;
  const stop = bound(numberOf(request['stop']));
  return lines.filter(({ line }) => line >= start && (!stop || line < stop));
}

function rowOf({ session, line, source }: HistoryEntry): HistoryRow {
  return [session, line, source];
}

function numberOf(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? Math.trunc(value) : null;
}
