import type { Comm } from '../protocol/comms.js';
import type { CellError } from '../user/messages.js';
import { checkModeOf, typeErrorOf, type CheckMode } from './check-mode.js';
import { completeReply, inspectReply, type Cursor, type LiveValues } from './jupyter-replies.js';
import { KnownStudies, type FetchStudy } from './known-studies.js';
import { LanguageComms } from './language-comm.js';
import type { LanguageService, TypesStart } from './service.js';
import { StaleTracker } from './stale.js';

/** What the types of a kernel need. */
export interface LanguageParts {
  /** The notebook's folder. */
  readonly folder: string;
  readonly live: LiveValues;
  readonly fetchStudy: FetchStudy;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** A cell that has ended. */
export interface EndedCell {
  /** Id of the notebook's cell; null when the client did not say. */
  readonly cell: string | null;
  readonly count: number;
  readonly source: string;
}

/** A cell that is about to run waits for its study no longer, ms. */
const STUDY_MS = 3_000;
/** Cells kept for a service that is not loaded yet. */
const KEPT = 300;

/**
 * Types, problems and stale marks of one kernel. The service and all it needs is loaded at its first use
 * (`WARDBOOK_TYPES=lazy`), with the kernel (`eager`), or never (`off`). `WARDBOOK_TYPES_MODE` is the first mode.
 */
export class LanguageSession {
  readonly #parts: LanguageParts;
  readonly #start: TypesStart;
  readonly #stale = new StaleTracker();
  readonly #studies: KnownStudies;
  readonly #comms: LanguageComms;
  #mode: CheckMode;
  #loading: Promise<LanguageService> | null = null;
  #service: LanguageService | null = null;
  #unavailable: string | null = null;
  readonly #early: EndedCell[] = [];

  constructor(parts: LanguageParts) {
    this.#parts = parts;
    const { WARDBOOK_TYPES: start, WARDBOOK_TYPES_MODE: mode } = parts.environment;
    this.#start = start === 'off' || start === 'eager' ? start : 'lazy';
    this.#mode = checkModeOf(mode) ?? 'warn';
    this.#studies = new KnownStudies(parts.fetchStudy, async views => {
      const service = await this.#load();
      await service.setStudies(views);
      this.#comms.checkAgain();
    });
    this.#comms = new LanguageComms({
      service: () => this.#load(),
      noticed: source => this.#studies.noticed(source),
      mode: () => this.#mode,
      setMode: value => {
        this.#mode = value;
      },
      stale: () => this.#stale.stale(),
      present: cells => this.#present(cells)
    });
    if (this.#start === 'eager') void this.#load();
  }

  /** What type problems do at this moment. */
  get mode(): CheckMode {
    return this.#mode;
  }

  /** Content of a `complete_reply`. */
  async complete(cursor: Cursor): Promise<Record<string, unknown>> {
    void this.#studies.noticed(cursor.code);
    return completeReply(await this.#load(), this.#parts.live, cursor);
  }

  /** Content of an `inspect_reply`. */
  async inspect(cursor: Cursor): Promise<Record<string, unknown>> {
    return inspectReply(await this.#load(), this.#parts.live, cursor);
  }

  /** Serves a comm of `wardbook.language`. */
  serve(comm: Comm): void {
    this.#comms.serve(comm);
    if (this.#unavailable !== null) comm.send({ type: 'unavailable', reason: this.#unavailable });
  }

  /** Null when a cell may run at once; otherwise its type errors are on their way (null inside = none). */
  beforeRun(source: string): Promise<CellError | null> | null {
    if (this.#mode !== 'error' || this.#start === 'off') return null;
    return this.#check(source);
  }

  /** Remembers a cell that has ended, for types and stale marks. To be called after its `idle`. */
  afterRun(ended: EndedCell): void {
    void this.#studies.noticed(ended.source);
    if (/^[ \t]*%npm[ \t]+add\b/m.test(ended.source)) this.#service?.packagesChanged();
    if (ended.cell !== null) {
      this.#stale.executed(ended.cell, ended.source);
      this.#comms.tellStale();
    }
    if (this.#service === null) {
      this.#early.push(ended);
      if (this.#early.length > KEPT) this.#early.shift();
      return;
    }
    this.#tell(this.#service, ended);
    this.#comms.checkAgain();
  }

  /** All values are gone. */
  userEnded(): void {
    this.#early.length = 0;
    this.#stale.reset();
    this.#service?.restarted();
    this.#comms.tellStale();
    this.#comms.checkAgain();
  }

  /** Resident memory of the language server, bytes; null when it does not run. */
  memoryBytes(): Promise<number | null> {
    return this.#service?.memoryBytes() ?? Promise.resolve(null);
  }

  /** Ends the language server. */
  async dispose(): Promise<void> {
    await this.#service?.dispose();
  }

  async #check(source: string): Promise<CellError | null> {
    await Promise.race([
      this.#studies.noticed(source),
      new Promise(resolve => setTimeout(resolve, STUDY_MS).unref())
    ]);
    const service = await this.#load();
    return typeErrorOf(source, await service.diagnostics(source));
  }

  #load(): Promise<LanguageService> {
    this.#loading ??= import('./service.js').then(({ TypeService }) => {
      const service = new TypeService({
        folder: this.#parts.folder,
        start: this.#start,
        onUnavailable: reason => {
          this.#unavailable = reason;
          this.#comms.tellUnavailable(reason);
        }
      });
      this.#service = service;
      for (const ended of this.#early.splice(0)) this.#tell(service, ended);
      return service;
    });
    return this.#loading;
  }

  #tell(service: LanguageService, { cell, count, source }: EndedCell): void {
    service.executed({ id: cell ?? '', count, source });
  }

  #present(cells: readonly string[]): void {
    const known = new Set(cells);
    for (const cell of this.#stale.cells) if (!known.has(cell)) this.#stale.removed(cell);
  }
}
