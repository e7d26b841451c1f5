import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import type { DocumentEntry } from '../rooms/document-index.js';
import { LabKernel } from './lab-kernel.js';

/** The Jupyter name of our kernelspec. */
export const KERNEL_NAME = 'wardbook-typescript';

/** A session of the Jupyter API: what is connected to a kernel under which path. */
export interface KernelSession {
  readonly id: string;
  path: string;
  name: string;
  type: string;
  readonly kernel: LabKernel;
  /** The shared notebook it belongs to, or null for a console and the like. */
  readonly document: string | null;
}

/** Everything that kernels of this lab need. */
export interface KernelsOptions {
  readonly command: readonly string[];
  readonly folder: string;
  readonly runtime: string;
  /** Base address of the gateway that kernels are told; known once the lab listens. */
  readonly gatewayUrl: () => string;
}

/** Kernels and sessions. A shared notebook has exactly one of each, under ids that stay over a restart of the lab. */
export class Kernels {
  readonly #options: KernelsOptions;
  readonly #sessions = new Map<string, KernelSession>();
  readonly #tokens = new Map<string, LabKernel>();

  constructor(options: KernelsOptions) {
    this.#options = options;
    mkdirSync(options.runtime, { recursive: true, mode: 0o700 });
  }

  /** The one session of a shared notebook. */
  forDocument(entry: DocumentEntry): KernelSession {
    const known = this.#sessions.get(entry.document);
    if (known !== undefined) {
      known.path = entry.path;
      return known;
    }
    return this.#add({
      id: entry.document,
      path: entry.path,
      name: entry.path.split('/').at(-1) ?? entry.path,
      type: 'notebook',
      kernel: this.#create(entry.kernel),
      document: entry.document
    });
  }

  /** A session of another kind, with a kernel of its own. */
  begin(path: string, name: string, type: string): KernelSession {
    const kernel = this.#create(randomUUID());
    return this.#add({ id: randomUUID(), path, name, type, kernel, document: null });
  }

  /** All sessions. */
  sessions(): readonly KernelSession[] {
    return [...this.#sessions.values()];
  }

  /** A session by its id. */
  session(id: string): KernelSession | null {
    return this.#sessions.get(id) ?? null;
  }

  /** A kernel by its id. */
  kernel(id: string): LabKernel | null {
    return this.sessions().find(({ kernel }) => kernel.id === id)?.kernel ?? null;
  }

  /** The session of a kernel. */
  sessionOf(kernel: LabKernel): KernelSession | null {
    return this.sessions().find(session => session.kernel === kernel) ?? null;
  }

  /** The kernel that holds a gateway token. */
  byToken(token: string): LabKernel | null {
    return this.#tokens.get(hash(token)) ?? null;
  }

  /** Ends a session and its kernel. */
  async end(id: string): Promise<void> {
    const session = this.#sessions.get(id);
    this.#sessions.delete(id);
    await session?.kernel.close();
    for (const [token, kernel] of this.#tokens)
      if (kernel === session?.kernel) this.#tokens.delete(token);
  }

  /** Ends all kernels. */
  async close(): Promise<void> {
    await Promise.all(this.sessions().map(({ id }) => this.end(id)));
  }

  #add(session: KernelSession): KernelSession {
    this.#sessions.set(session.id, session);
    return session;
  }

  #create(id: string): LabKernel {
    const token = randomBytes(32).toString('base64url');
    const { command, folder, runtime, gatewayUrl } = this.#options;
    const env = { WARDBOOK_URL: gatewayUrl(), WARDBOOK_TOKEN: token };
    const kernel = new LabKernel({ id, command, folder, runtime, env });
    this.#tokens.set(hash(token), kernel);
    return kernel;
  }
}

function hash(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
