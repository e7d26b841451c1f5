import { dirname, resolve } from 'node:path';
import type { StudyView } from '@wardbook/protocol';
import {
  completionItem,
  explanationOf,
  rawItems,
  signatureOf,
  type Completion,
  type CompletionItem,
  type Explanation,
  type Problem
} from './answers.js';
import { cellNames } from './cell-names.js';
import { GLOBALS_DOCUMENT, GLOBALS_TYPES } from './globals-types.js';
import { LspClient } from './lsp-client.js';
import { withoutMagic } from './magic-lines.js';
import { problemsOf } from './problems.js';
import { PROJECT_DOCUMENT, projectText } from './project.js';
import { studyDocument } from './study-documents.js';
import { TextLines } from './text-positions.js';
import { typescriptBinary } from './typescript-binary.js';
import { VirtualNotebook, type CellDocument, type NotebookCell } from './virtual-notebook.js';

/** What the kernel asks about TypeScript. Offsets are UTF-16. All answers may be null: late, not available, nothing. */
export interface LanguageService {
  /** Remembers a cell that was run; later cells see its names. */
  executed(cell: { readonly id: string; readonly count: number; readonly source: string }): void;
  /** The process that held all names is gone. */
  restarted(): void;
  complete(source: string, offset: number): Promise<Completion | null>;
  hover(source: string, offset: number): Promise<Explanation | null>;
  signature(source: string, offset: number): Promise<Explanation | null>;
  /** Problems of a text that is about to be run. Empty when nothing can be checked. */
  diagnostics(source: string): Promise<readonly Problem[]>;
  /** The code cells of the notebook in their order, as the front end shows them. */
  setCells(cells: readonly NotebookCell[]): void;
  /** Problems of one cell of the notebook; null when it cannot be checked. */
  problems(cell: string): Promise<readonly Problem[] | null>;
  /** Types of the studies that can be asked. */
  setStudies(studies: readonly StudyView[]): Promise<void>;
  /** Packages were added to the notebook's folder. */
  packagesChanged(): void;
  /** Resident memory of the language server, bytes; null when it does not run. */
  memoryBytes(): Promise<number | null>;
  dispose(): Promise<void>;
}

/** When the language server is started: never, at its first use, or with the kernel. */
export type TypesStart = 'off' | 'lazy' | 'eager';

/** How a language service is made. */
export interface LanguageOptions {
  /** The notebook's folder. */
  readonly folder: string;
  readonly start: TypesStart;
  /** Executable of the language server; null = none for this machine. Found by itself when absent. */
  readonly binary?: string | null;
  /** Said once, when types cannot be had. */
  readonly onUnavailable?: (reason: string) => void;
}

/** How long a question at a cursor waits, ms: a person is typing. */
const QUESTION_MS = 450;
const CHECK_MS = 10_000;
/** Items whose type is looked up at once. */
const DETAILED = 5;

/** The language service over typescript 7's language server. */
export class TypeService implements LanguageService {
  readonly #lsp: LspClient | null;
  readonly #folder: string;
  readonly #notebook: VirtualNotebook;
  #studies = new Set<string>();
  #words: readonly string[] = [];

  constructor(options: LanguageOptions) {
    const { folder, start, onUnavailable } = options;
    this.#folder = folder;
    const binary = start === 'off' ? null : (options.binary ?? typescriptBinary());
    this.#lsp =
      binary === null
        ? null
        : new LspClient({ binary, folder, ...(onUnavailable && { onUnavailable }) });
    if (binary === null && start !== 'off')
      onUnavailable?.(`there is none for ${process.platform}-${process.arch}`);
    this.#notebook = new VirtualNotebook(this.#lsp ?? NO_DOCUMENTS);
    this.#lsp?.setDocument(PROJECT_DOCUMENT, projectText());
    this.#lsp?.setDocument(GLOBALS_DOCUMENT, GLOBALS_TYPES);
    if (start === 'eager') void this.#warm();
  }

  executed(cell: { readonly id: string; readonly count: number; readonly source: string }): void {
    if (!this.#usable) return;
    this.#notebook.executed(cell.source);
    this.#tellOfModules(cell.source);
  }

  restarted(): void {
    this.#notebook.reset();
  }

  async complete(source: string, at: number): Promise<Completion | null> {
    const asked = await this.#ask('textDocument/completion', source, at);
    if (asked === null || asked.answer === null) return null;
    const { answer, document } = asked;
    const raw = rawItems(answer);
    const place = { document, source, at };
    const items = raw.map(item => completionItem(item, answer, place));
    const typed = (item: CompletionItem) => source.slice(item.start, at).toLowerCase();
    const fitting = items
      .map((item, index) => ({ item, index }))
      .filter(({ item }) => item.text.toLowerCase().startsWith(typed(item)));
    const shown =
      fitting.length > DETAILED
        ? fitting.map(({ item }) => item)
        : await Promise.all(
            fitting.map(({ item, index }) => this.#detailed(item, raw[index] ?? {}))
          );
    return { items: shown.sort((a, b) => order(a.sort, b.sort) || order(a.text, b.text)) };
  }

  async hover(source: string, at: number): Promise<Explanation | null> {
    return explanationOf((await this.#ask('textDocument/hover', source, at))?.answer);
  }

  async signature(source: string, at: number): Promise<Explanation | null> {
    return signatureOf((await this.#ask('textDocument/signatureHelp', source, at))?.answer);
  }

  async diagnostics(source: string): Promise<readonly Problem[]> {
    if (!(await this.#started(CHECK_MS))) return [];
    const document = this.#notebook.draft(source, 'check');
    return (await this.#problemsIn(document)) ?? [];
  }

  setCells(cells: readonly NotebookCell[]): void {
    if (this.#usable) this.#notebook.setCells(cells);
  }

  async problems(cell: string): Promise<readonly Problem[] | null> {
    if (!(await this.#started(CHECK_MS))) return null;
    const document = this.#notebook.cell(cell);
    return document === null ? null : this.#problemsIn(document);
  }

  async setStudies(studies: readonly StudyView[]): Promise<void> {
    // The catalogue of analyses is large: nobody who asks no hospital loads it.
    const { studyNames, studyTypes, studyWords } = await import('./study-types.js');
    const ids = new Set<string>(studies.map(({ study }) => study.id));
    for (const old of this.#studies)
      if (!ids.has(old)) this.#lsp?.removeDocument(studyDocument(old));
    for (const view of studies)
      this.#lsp?.setDocument(studyDocument(view.study.id), studyTypes(view));
    this.#studies = ids;
    this.#words = studies.flatMap(studyWords);
    this.#notebook.setStudies([...ids], studyNames());
  }

  packagesChanged(): void {
    // The server keeps what it once failed to find.
    this.#lsp?.restart();
  }

  memoryBytes(): Promise<number | null> {
    return this.#lsp?.memoryBytes() ?? Promise.resolve(null);
  }

  async dispose(): Promise<void> {
    await this.#lsp?.dispose();
  }

  get #usable(): boolean {
    return this.#lsp?.available === true;
  }

  // Asked once in vain, the server has loaded the types that every cell needs.
  async #warm(): Promise<void> {
    await this.#ask('textDocument/completion', '', 0);
  }

  async #started(limitMs: number): Promise<boolean> {
    if (this.#lsp === null || !this.#lsp.available) return false;
    return Promise.race([this.#lsp.start(), late(limitMs)]);
  }

  async #ask(
    method: string,
    source: string,
    at: number
  ): Promise<{ readonly answer: unknown; readonly document: CellDocument } | null> {
    const from = performance.now();
    if (!(await this.#started(QUESTION_MS)) || this.#lsp === null) return null;
    const isBare = /(^|[^.\w$])[\w$]*$/.test(source.slice(0, at));
    const reach = method === 'textDocument/completion' && isBare ? 'all' : 'mentioned';
    const document = this.#notebook.draft(source, 'question', reach);
    const position = new TextLines(document.text).positionAt(document.from + at);
    const textDocument = { uri: this.#lsp.uri(document.name) };
    const left = Math.max(1, QUESTION_MS - (performance.now() - from));
    const answer = await this.#lsp.request(method, { textDocument, position }, left);
    return { answer, document };
  }

  async #problemsIn(document: CellDocument): Promise<Problem[] | null> {
    const textDocument = { uri: this.#lsp?.uri(document.name) };
    const answer = await this.#lsp?.request('textDocument/diagnostic', { textDocument }, CHECK_MS);
    return answer === null || answer === undefined
      ? null
      : problemsOf(answer, document, this.#words);
  }

  async #detailed(
    item: CompletionItem,
    raw: Readonly<Record<string, unknown>>
  ): Promise<CompletionItem> {
    const resolved = await this.#lsp?.request('completionItem/resolve', raw, QUESTION_MS);
    const { detail } = (resolved ?? {}) as { detail?: unknown };
    return typeof detail === 'string' ? { ...item, detail } : item;
  }

  // A local module may have been edited since the server read it.
  #tellOfModules(source: string): void {
    const local = cellNames(withoutMagic(source)).imports.filter(name => /^\.{1,2}\//.test(name));
    const files = local.flatMap(name => {
      const path = resolve(this.#folder, name);
      return /\.[cm]?[jt]sx?$|\.json$/.test(path) ? [path] : [`${path}.ts`, path];
    });
    this.#lsp?.filesChanged([...files, ...new Set(files.map(file => dirname(file)))]);
  }
}

const NO_DOCUMENTS = {
  setDocument: () => undefined,
  removeDocument: () => undefined
};

function late(limitMs: number): Promise<false> {
  return new Promise(resolveLate => {
    setTimeout(() => resolveLate(false), limitMs).unref();
  });
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
