import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { prepareCell } from '../transform/cell.js';
import { applyEdits } from '../transform/edits.js';
import { eraseTypes } from '../transform/erase.js';
import { CellNames } from '../transform/names.js';
import { parseSource } from '../transform/parser.js';
import { FrameReader } from '../wire/frames.js';
import { arrivalOf, frameToUser, type DoneArrival } from '../wire/user-frames.js';
import type { CellError, ToUser } from './messages.js';

/** An output of a cell: its Jupyter message type and content. */
export interface TestOutput {
  readonly cell: string;
  readonly message: string;
  readonly content: Readonly<Record<string, unknown>>;
}

/** How a cell of a test ended. */
export interface TestCell {
  readonly id: string;
  readonly data: Readonly<Record<string, unknown>> | null;
  /** The result as plain text; null when there is none. */
  readonly text: unknown;
  readonly error: CellError | null;
  readonly outputs: readonly TestOutput[];
  /** What it printed, both streams. */
  readonly printed: string;
}

const KERNEL = fileURLToPath(new URL('../..', import.meta.url));
const FLAGS = ['--no-force-async-hooks-checks', '--experimental-vm-modules', '--no-warnings'];

/**
 * A user process made from the sources, without a build and without the protocol process. Tests only.
 *
 * @param folder the notebook's own folder; a fresh one when left out
 */
export class TestNotebook {
  readonly folder: string;
  readonly outputs: TestOutput[] = [];
  readonly #home: string;
  readonly #child: ChildProcess;
  readonly #names = new CellNames();
  readonly #ends = new Map<string, (done: DoneArrival) => void>();
  #count = 0;
  #isReady: () => void = () => undefined;
  /** Resolves when cells can run. */
  readonly ready = new Promise<void>(resolve => (this.#isReady = resolve));

  constructor(folder?: string) {
    mkdirSync(join(KERNEL, '.cache'), { recursive: true });
    this.#home = mkdtempSync(join(KERNEL, '.cache', 'user-'));
    this.folder = folder ?? join(this.#home, 'notebook');
    mkdirSync(this.folder, { recursive: true });
    copySources(join(KERNEL, 'src'), join(this.#home, 'src'));
    this.#child = spawn(
      process.execPath,
      [...FLAGS, join(this.#home, 'src/user/user-process.js')],
      { cwd: this.folder, stdio: ['ignore', 'pipe', 'pipe', 'pipe', 'pipe', 'pipe', 'pipe'] }
    );
    this.#child.stdout?.resume();
    this.#child.stderr?.resume();
    const frames = new FrameReader((head, body) => this.#take(arrivalOf(head, body).message));
    (this.#pipe(5) as Readable).on('data', (chunk: Buffer) => frames.add(chunk));
  }

  /** Runs a cell to its end. @throws what the transform throws */
  async run(source: string): Promise<TestCell> {
    return this.start(source).done;
  }

  /** Starts a cell. */
  start(source: string): { readonly id: string; readonly done: Promise<TestCell> } {
    this.#count += 1;
    const name = `cell-${this.#count}.ts`;
    const id = `id-${this.#count}`;
    const prepared = prepareCell(source, this.#names, name);
    const ended = new Promise<DoneArrival>(resolve => this.#ends.set(id, resolve));
    void this.ready.then(() =>
      this.send({ type: 'evaluate', id, name, expressions: {}, ...prepared })
    );
    return { id, done: ended.then(done => this.#cell(id, done)) };
  }

  /** Sends a message to the process. */
  send(message: ToUser): void {
    (this.#pipe(3) as Writable).write(frameToUser(message));
  }

  /** Interrupts a cell as the protocol process does. */
  interrupt(id: string): void {
    (this.#pipe(4) as Writable).write(`${id}\n`);
    this.send({ type: 'interrupt', id });
  }

  /** Ends the process and removes its files. */
  async stop(): Promise<void> {
    const ended = new Promise(resolve => this.#child.once('exit', resolve));
    this.#child.kill('SIGKILL');
    await ended;
    rmSync(this.#home, { recursive: true, force: true });
  }

  /** What a cell printed so far, also after its end. */
  printedBy(id: string): string {
    return this.outputs
      .filter(({ cell, message }) => cell === id && message === 'stream')
      .map(({ content }) => String(content['text']))
      .join('');
  }

  #cell(id: string, { result, error }: DoneArrival): TestCell {
    const bundle = jsonOf(result) as { data?: Record<string, unknown> } | null;
    const outputs = this.outputs.filter(({ cell }) => cell === id);
    const data = bundle?.data ?? null;
    const text = data?.['text/plain'] ?? null;
    return { id, data, text, error, outputs, printed: this.printedBy(id) };
  }

  #take(message: ReturnType<typeof arrivalOf>['message']): void {
    if (message.type === 'ready') this.#isReady();
    else if (message.type === 'done') this.#ends.get(message.id)?.(message);
    else if (message.type === 'output')
      this.outputs.push({
        cell: message.cell,
        message: message.message,
        content: jsonOf(message.content) as Record<string, unknown>
      });
  }

  #pipe(descriptor: number): unknown {
    const pipes: readonly unknown[] = this.#child.stdio;
    return pipes[descriptor];
  }
}

function jsonOf(bytes: Uint8Array): unknown {
  return bytes.length === 0 ? null : JSON.parse(Buffer.from(bytes).toString('utf8'));
}

function copySources(from: string, to: string): void {
  for (const entry of readdirSync(from, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (!entry.isFile() || !/(?<!\.test)\.ts$/.test(entry.name)) continue;
    const text = readFileSync(path, 'utf8');
    const { code } = applyEdits(text, eraseTypes(text, parseSource(text)).edits);
    const target = join(to, relative(from, path)).replace(/\.ts$/, '.js');
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, code);
  }
}
