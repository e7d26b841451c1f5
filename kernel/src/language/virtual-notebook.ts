import { cellNames, type CellNames, type NameKind } from './cell-names.js';
import { federatedMagic, withoutMagic } from './magic-lines.js';
import { studyModule } from './study-documents.js';

/** Takes the documents of the virtual notebook; see `LspClient`. */
export interface DocumentSink {
  setDocument(name: string, text: string): void;
  removeDocument(name: string): void;
}

/** A cell of the notebook as the front end shows it. */
export interface NotebookCell {
  readonly id: string;
  readonly source: string;
}

/** A cell's document: one generated line before the cell's text, at most a few after it. */
export interface CellDocument {
  readonly name: string;
  readonly text: string;
  /** UTF-16 offset of the cell's text in the document. */
  readonly from: number;
  /** Offset after the cell's text. */
  readonly to: number;
  /** Whether the cell's text parses. */
  readonly valid: boolean;
}

interface Module {
  readonly id: string;
  readonly document: string;
  readonly names: CellNames;
  /** Names that other cells may take from it. */
  readonly offers: ReadonlyMap<string, NameKind>;
}

interface Owner {
  readonly module: string;
  readonly kind: NameKind;
}

/** Runs beyond this number are forgotten from the oldest on: a cell run in a loop must not grow for ever. */
const MAX_RUNS = 300;
// Questions at a cursor and checks of a text go on side by side.
const DRAFTS = { question: '.wardbook-draft.ts', check: '.wardbook-check.ts' };

/**
 * The notebook as modules: one per executed cell, one per cell of the front end, one draft for questions about a text.
 * A name means its latest executed declaration; a name that nobody executed means the nearest declaration above.
 */
export class VirtualNotebook {
  readonly #sink: DocumentSink;
  #run = 0;
  readonly #runs = new Map<string, Module>();
  readonly #owners = new Map<string, Owner>();
  #studies: ReadonlySet<string> = new Set();
  #builders: readonly string[] = [];
  #cells: Module[] = [];
  #sources = new Map<string, string>();
  #numbers = new Map<string, number>();

  constructor(sink: DocumentSink) {
    this.#sink = sink;
  }

  /** Studies whose documents exist, and what these export; cells of other studies use the untyped builders. */
  setStudies(ids: readonly string[], builders: readonly string[]): void {
    this.#studies = new Set(ids);
    this.#builders = builders;
  }

  /** Remembers an executed cell. */
  executed(source: string): void {
    this.#run += 1;
    const module = this.#module(`./.wardbook-run-${this.#run}`, source);
    if (module.offers.size === 0 || !module.names.valid) return;
    const header = this.#header(module.names, { source, words: wordsOf(source) }, this.#owners);
    this.#sink.setDocument(module.document, compose(module, header, source).text);
    this.#runs.delete(module.id);
    this.#runs.set(module.id, module);
    for (const [name, kind] of module.offers) this.#owners.set(name, { module: module.id, kind });
    this.#forgetOldRuns();
  }

  /** Forgets all executed cells: the process that held their names is gone. */
  reset(): void {
    for (const { document } of this.#runs.values()) this.#sink.removeDocument(document);
    this.#runs.clear();
    this.#owners.clear();
  }

  /** Takes the code cells of the notebook in their order. */
  setCells(cells: readonly NotebookCell[]): void {
    const before = new Map(this.#cells.map(module => [module.id, module]));
    const sources = new Map<string, string>();
    this.#cells = cells.map(({ id, source }) => {
      const moduleId = `./.wardbook-cell-${this.#numberOf(id)}`;
      sources.set(id, source);
      const known = before.get(moduleId);
      before.delete(moduleId);
      return known !== undefined && this.#sources.get(id) === source
        ? known
        : this.#module(moduleId, source);
    });
    this.#sources = sources;
    for (const { document } of before.values()) this.#sink.removeDocument(document);
    this.#cells.forEach((_, index) => this.#writeCell(index));
  }

  /** The document of a cell of the notebook; null for an unknown id. */
  cell(id: string): CellDocument | null {
    const moduleId = `./.wardbook-cell-${this.#numberOf(id)}`;
    const index = this.#cells.findIndex(module => module.id === moduleId);
    return index < 0 ? null : this.#writeCell(index);
  }

  /**
   * The document of a text that is being asked about.
   *
   * @param reach `all` names of the notebook, for the completion of a bare name; those that the text mentions are fewer
   *   and answered faster
   */
  draft(
    source: string,
    purpose: keyof typeof DRAFTS,
    reach: 'all' | 'mentioned' = 'mentioned'
  ): CellDocument {
    const module = this.#module('./.wardbook-draft', source);
    const owners = this.#visible(this.#cells.length, source);
    const words = reach === 'all' ? new Set(owners.keys()) : wordsOf(source);
    const document = compose(
      { ...module, document: DRAFTS[purpose], offers: new Map() },
      this.#header(module.names, { source, words }, owners),
      source
    );
    this.#sink.setDocument(document.name, document.text);
    return document;
  }

  #writeCell(index: number): CellDocument | null {
    const module = this.#cells[index];
    if (module === undefined) return null;
    const source = [...this.#sources.values()][index] ?? '';
    const header = this.#header(
      module.names,
      { source, words: wordsOf(source) },
      this.#visible(index, null)
    );
    const document = compose(module, header, source);
    this.#sink.setDocument(document.name, document.text);
    return document;
  }

  // Executed names, then what the cells above would declare. A cell is not its own predecessor.
  #visible(before: number, asked: string | null): Map<string, Owner> {
    const owners = new Map<string, Owner>();
    const sources = [...this.#sources.values()];
    this.#cells.slice(0, before).forEach((module, index) => {
      if (asked !== null && sources[index] === asked) return;
      for (const [name, kind] of module.offers) owners.set(name, { module: module.id, kind });
    });
    for (const [name, owner] of this.#owners) owners.set(name, owner);
    return owners;
  }

  #header(
    names: CellNames,
    { source, words }: { readonly source: string; readonly words: ReadonlySet<string> },
    owners: ReadonlyMap<string, Owner>
  ): string {
    const study = federatedMagic(source)?.study;
    const parts: string[] = [];
    const imports = new Map<string, string[]>();
    const take = (module: string, name: string) =>
      imports.set(module, [...(imports.get(module) ?? []), name]);
    for (const [name, { module, kind }] of owners) {
      if (names.declared.has(name) || !words.has(name)) continue;
      if (kind === 'import') take(module, name);
      else parts.push(`declare ${kind} ${name}: typeof import("${module}")["${name}"];`);
    }
    if (study !== undefined && this.#studies.has(study))
      for (const name of this.#builders)
        if (!owners.has(name) && !names.declared.has(name)) take(studyModule(study), name);
    for (const [module, taken] of imports)
      parts.push(`import { ${taken.join(', ')} } from "${module}";`);
    return parts.join(' ');
  }

  #module(id: string, source: string): Module {
    const names = cellNames(withoutMagic(source));
    const federated = federatedMagic(source);
    const offers: ReadonlyMap<string, NameKind> =
      federated === null
        ? names.declared
        : new Map(federated.name === null ? [] : [[federated.name, 'let']]);
    return { id, document: `${id.slice(2)}.ts`, names, offers };
  }

  #numberOf(cell: string): number {
    const known = this.#numbers.get(cell);
    if (known !== undefined) return known;
    this.#numbers.set(cell, this.#numbers.size + 1);
    return this.#numbers.size;
  }

  #forgetOldRuns(): void {
    const owned = new Set([...this.#owners.values()].map(({ module }) => module));
    for (const [id, { document }] of this.#runs) {
      if (this.#runs.size <= MAX_RUNS) return;
      if (owned.has(id)) continue;
      this.#runs.delete(id);
      this.#sink.removeDocument(document);
    }
  }
}

// Also words of strings and comments: a name too many does no harm.
function wordsOf(source: string): Set<string> {
  return new Set(source.match(/[\p{L}_$][\p{L}\p{N}_$]*/gu));
}

function compose(module: Module, header: string, source: string): CellDocument {
  const text = withoutMagic(source);
  // The header must be one line: positions of the cell move by exactly that line.
  const head = `${header}\n`;
  return {
    name: module.document,
    text: `${head}${text}\n${tailOf(module, source, text)}\n`,
    from: head.length,
    to: head.length + text.length,
    valid: module.names.valid
  };
}

// What makes a cell's names reachable.
function tailOf({ names, offers }: Module, source: string, text: string): string {
  // Nothing after a text that does not parse: its unfinished end would swallow it.
  if (!names.valid) return '';
  const federated = federatedMagic(source);
  if (federated !== null) {
    const { lastExpression } = names;
    if (federated.name === null || lastExpression === null) return '';
    const plan = text.slice(lastExpression.start, lastExpression.end);
    return `const $plan = (${plan}\n); export declare let ${federated.name}: WardbookOutcome<typeof $plan>;`;
  }
  const open = [...offers.keys()].filter(name => !names.exported.has(name));
  return open.length > 0 ? `export { ${open.join(', ')} };` : '';
}
