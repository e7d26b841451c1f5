import { spawn, type ChildProcess } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { join } from 'node:path';
import { JsonRpc, type IncomingCall } from './json-rpc.js';

/** What to start, and for which folder. */
export interface LspOptions {
  /** Executable of the language server; see `typescriptBinary`. */
  readonly binary: string;
  /** Arguments; those of typescript 7 when absent. */
  readonly arguments?: readonly string[];
  /** The notebook's folder: documents lie there, though nothing is written. */
  readonly folder: string;
  /** Said once, when the server does not start or has crashed too often. */
  readonly onUnavailable?: (reason: string) => void;
}

const START_MS = 10_000;
const CRASHES = 3;
const CRASH_WINDOW_MS = 60_000;
// A soft limit: the server's garbage collector works harder near it.
const MEMORY = '384MiB';

const CAPABILITIES = {
  general: { positionEncodings: ['utf-16'] },
  textDocument: {
    completion: {
      completionItem: {
        documentationFormat: ['markdown', 'plaintext'],
        resolveSupport: { properties: ['documentation', 'detail'] }
      },
      completionList: { itemDefaults: ['editRange', 'commitCharacters'] }
    },
    hover: { contentFormat: ['markdown', 'plaintext'] },
    signatureHelp: {
      signatureInformation: {
        documentationFormat: ['markdown', 'plaintext'],
        parameterInformation: { labelOffsetSupport: true }
      }
    },
    diagnostic: {}
  }
};

/**
 * A language server in a process of its own. It starts at the first request, starts again after a crash with all its
 * documents, and gives up after three crashes in a minute. Its documents live in memory only.
 */
export class LspClient {
  readonly #options: LspOptions;
  readonly #documents = new Map<string, { version: number; text: string }>();
  readonly #crashes: number[] = [];
  #child: ChildProcess | null = null;
  #rpc: JsonRpc | null = null;
  #starting: Promise<boolean> | null = null;
  #state: 'idle' | 'running' | 'unavailable' | 'disposed' = 'idle';

  constructor(options: LspOptions) {
    this.#options = options;
  }

  /** Whether answers can be had; false for ever once the server was given up. */
  get available(): boolean {
    return this.#state === 'idle' || this.#state === 'running';
  }

  /** Process id while the server runs. */
  get pid(): number | null {
    return this.#child?.pid ?? null;
  }

  /** Starts the server when it does not run. @returns whether it runs */
  start(): Promise<boolean> {
    if (this.#state === 'running') return Promise.resolve(true);
    if (!this.available) return Promise.resolve(false);
    this.#starting ??= this.#launch().finally(() => {
      this.#starting = null;
    });
    return this.#starting;
  }

  /** Sets the text of a document of the folder; `name` has no folder of its own. */
  setDocument(name: string, text: string): void {
    const known = this.#documents.get(name);
    if (known?.text === text) return;
    const version = (known?.version ?? 0) + 1;
    this.#documents.set(name, { version, text });
    if (known === undefined) this.#open(name, version, text);
    else
      this.#rpc?.notify('textDocument/didChange', {
        textDocument: { uri: this.uri(name), version },
        contentChanges: [{ text }]
      });
  }

  /** Forgets a document. */
  removeDocument(name: string): void {
    if (this.#documents.delete(name))
      this.#rpc?.notify('textDocument/didClose', { textDocument: { uri: this.uri(name) } });
  }

  /** Tells that files on disk changed, such as a local module or `node_modules`. @param files absolute paths */
  filesChanged(files: readonly string[]): void {
    if (files.length > 0)
      this.#rpc?.notify('workspace/didChangeWatchedFiles', {
        changes: files.map(file => ({ uri: pathToFileURL(file).href, type: 2 }))
      });
  }

  /** Address of a document. */
  uri(name: string): string {
    return pathToFileURL(join(this.#options.folder, name)).href;
  }

  /**
   * Asks the server, about the documents as they are at the call when it runs already. Null when it is late, fails,
   * crashes or is not available. Never rejects.
   */
  async request(method: string, params: unknown, limitMs: number): Promise<unknown> {
    if (this.#state !== 'running' && !(await this.start())) return null;
    const child = this.#child;
    const answer = await this.#rpc?.request(method, params, limitMs);
    // Pipes close before the exit is told.
    if (answer?.kind === 'closed' && child !== null) this.#onExit(child, 'closed');
    return answer?.kind === 'result' ? answer.result : null;
  }

  /** Resident memory of the server, bytes; null when it does not run or the system does not say. */
  async memoryBytes(): Promise<number | null> {
    const pid = this.pid;
    if (pid === null || process.platform !== 'linux') return null;
    const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
    const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1];
    return kilobytes === undefined ? null : Number(kilobytes) * 1024;
  }

  /** Ends the server. */
  async dispose(): Promise<void> {
    this.#state = 'disposed';
    this.#end();
  }

  /** Ends the server; the next request starts it afresh, with all documents. */
  restart(): void {
    if (this.#state !== 'running') return;
    this.#state = 'idle';
    this.#end();
  }

  #end(): void {
    const child = this.#child;
    this.#child = null;
    this.#rpc?.close();
    this.#rpc = null;
    child?.kill('SIGKILL');
  }

  async #launch(): Promise<boolean> {
    const { binary, folder, arguments: given = ['--lsp', '--stdio'] } = this.#options;
    const child = spawn(binary, given, {
      cwd: folder,
      stdio: ['pipe', 'pipe', 'ignore'],
      // An interrupt of the kernel's process group is not for the server; it ends with its standard input.
      detached: process.platform !== 'win32',
      env: serverEnvironment()
    });
    const gone = new Promise<string>(resolve => {
      child.once('error', error => resolve(error.message));
      child.once('exit', (code, signal) => resolve(signal ?? `exit code ${code ?? 'unknown'}`));
    });
    if (child.pid === undefined) return this.#giveUp(await gone);
    this.#child = child;
    const rpc = new JsonRpc(child.stdout, child.stdin, answerServer);
    this.#rpc = rpc;
    void gone.then(reason => this.#onExit(child, reason));
    const answer = await rpc.request(
      'initialize',
      {
        processId: process.pid,
        rootUri: null,
        capabilities: CAPABILITIES,
        // Six log messages a request would cost a third of its time.
        initializationOptions: { logVerbosity: 0 }
      },
      START_MS
    );
    if (answer.kind === 'closed') return this.#giveUp(await gone);
    if (answer.kind !== 'result') return this.#giveUp(answer.kind);
    if (this.#rpc !== rpc) return false;
    rpc.notify('initialized', {});
    this.#state = 'running';
    for (const [name, { version, text }] of this.#documents) this.#open(name, version, text);
    return true;
  }

  #open(name: string, version: number, text: string): void {
    const languageId = name.endsWith('.json') ? 'jsonc' : 'typescript';
    this.#rpc?.notify('textDocument/didOpen', {
      textDocument: { uri: this.uri(name), languageId, version, text }
    });
  }

  #onExit(child: ChildProcess, reason: string): void {
    if (this.#child !== child) return;
    this.#child = null;
    this.#rpc?.close();
    this.#rpc = null;
    if (this.#state !== 'running') return void (this.available && this.#giveUp(reason));
    this.#state = 'idle';
    const now = performance.now();
    this.#crashes.push(now);
    if (this.#crashes.filter(at => now - at < CRASH_WINDOW_MS).length >= CRASHES)
      this.#giveUp(reason);
  }

  #giveUp(reason: string): false {
    if (!this.available) return false;
    this.#state = 'unavailable';
    this.#end();
    this.#options.onUnavailable?.(reason);
    return false;
  }
}

// No token of the kernel goes there, and without a PATH the server cannot install type packages by itself.
function serverEnvironment(): NodeJS.ProcessEnv {
  const { HOME, TMPDIR, SystemRoot, TEMP } = process.env;
  const kept = Object.entries({ HOME, TMPDIR, SystemRoot, TEMP }).filter(
    ([, value]) => value !== undefined
  );
  return { ...Object.fromEntries(kept), GOMEMLIMIT: MEMORY };
}

function answerServer({ method, params }: IncomingCall): unknown {
  if (method !== 'workspace/configuration') return null;
  const items = (params as { items?: unknown[] } | undefined)?.items ?? [];
  return items.map(() => null);
}
