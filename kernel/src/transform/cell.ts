import type { Node, Program, Statement } from 'oxc-parser';
import { declarationEdits } from './declarations.js';
import { applyEdits, type Edit, type PositionMap } from './edits.js';
import { emitTypeScript } from './emit.js';
import { eraseTypes } from './erase.js';
import type { CellSource } from './imports.js';
import { IMPORT, IMPORT_META } from './made-names.js';
import { takeMagics } from './magics.js';
import { isBuiltIn, type CellNames } from './names.js';
import { childrenOf, parseSource, type ParsedSource } from './parser.js';
import { referenceEdits } from './references.js';
import { topLevelOf, type TopLevel } from './scope.js';
import { cellSyntaxError } from './syntax-error.js';

/** A cell ready for V8's REPL mode. Lines stay true; columns by `maps`. */
export interface PreparedCell {
  readonly code: string;
  /** Whether the last statement is an expression whose value is the cell's result. */
  readonly hasValue: boolean;
  /** The cell as the person wrote it. */
  readonly source: string;
  /** From `code` back to `source`, applied one after the other; empty when nothing moved. */
  readonly maps: readonly PositionMap[];
  /** What the person should know before it runs, in plain words. */
  readonly warnings: readonly string[];
}

// TypeScript is strict everywhere. Lines stay, the columns of the first line are mapped.
const STRICT = `'use strict';`;

/**
 * TypeScript cell → JavaScript for `Runtime.evaluate` with `replMode`.
 *
 * ```text
 * magics → parse → object literal? → enum, decorator, using? TypeScript's emit → names → blank types → code
 * ```
 *
 * @param names what V8 knows of earlier cells; filled by this function
 * @param file name of the cell in errors, such as `cell-7.ts`
 * @throws SyntaxError whose `traceback` shows the place; KERNEL_MAGIC_UNKNOWN
 */
export function prepareCell(source: string, names: CellNames, file = 'cell.ts'): PreparedCell {
  const magics = takeMagics(source);
  const whole = parseWhole(magics.rest);
  const [fault] = whole.parsed.faults;
  if (fault) throw cellSyntaxError(source, file, fault);
  const { program } = whole.parsed;
  const hasValue = endsInValue(program);
  const erased = eraseTypes(magics.rest, whole.parsed);
  const head: Edit[] = [...magics.edits, ...whole.edits];
  if (!erased.needsEmit && !usesUsing(program)) {
    const { edits, warnings } = cellEdits(magics.rest, program, { names, resets: new Set() });
    const made = applyEdits(magics.rest, [STRICT_EDIT, ...head, ...erased.edits, ...edits]);
    return { code: made.code, hasValue, source, maps: nonEmpty([made.map]), warnings };
  }
  const emitted = emitTypeScript(magics.rest, hasParameterDecorators(program));
  const again = parseSource(emitted.code);
  const [late] = again.faults;
  if (late) throw cellSyntaxError(source, file, { ...late, start: 0, end: 0 });
  const { edits, warnings } = cellEdits(emitted.code, again.program, {
    names,
    resets: new Set(program.body.flatMap(mergedName))
  });
  const calls = magics.edits.map(({ text }) => ({ start: 0, end: 0, text }));
  const made = applyEdits(emitted.code, [STRICT_EDIT, ...calls, ...edits]);
  return { code: made.code, hasValue, source, maps: nonEmpty([made.map, emitted.map]), warnings };
}

const STRICT_EDIT: Edit = { start: 0, end: 0, text: STRICT };

interface Whole {
  readonly parsed: ParsedSource;
  /** Parentheses that make an object literal of what would be a block. */
  readonly edits: readonly Edit[];
}

function parseWhole(source: string): Whole {
  const text = source.trim();
  const start = source.indexOf(text);
  if (text.startsWith('{')) {
    const end = start + text.replace(/;+$/, '').trimEnd().length;
    const wrapped = `${' '.repeat(Math.max(0, start - 1))}(${source.slice(start, end)})`;
    const object = parseSource(
      start === 0 ? wrapped : source.slice(0, start - 1) + wrapped.trimStart()
    );
    if (object.faults.length === 0 && object.program.body.length === 1) {
      const edits = [
        { start, end: start, text: '(' },
        { start: end, end, text: ')' }
      ];
      return { parsed: start === 0 ? shifted(object) : object, edits };
    }
  }
  return { parsed: parseSource(source), edits: [] };
}

/** Offsets of a source that was parsed behind one more character. */
function shifted(parsed: ParsedSource): ParsedSource {
  const move = (node: Node): void => {
    node.start -= 1;
    node.end -= 1;
    childrenOf(node).forEach(move);
  };
  move(parsed.program);
  const comments = parsed.comments.map(({ start, end }) => ({ start: start - 1, end: end - 1 }));
  return { ...parsed, comments };
}

interface Known {
  readonly names: CellNames;
  readonly resets: ReadonlySet<string>;
}

function cellEdits(
  source: string,
  program: Program,
  { names, resets }: Known
): { edits: Edit[]; warnings: string[] } {
  const top = topLevelOf(program);
  const used = new Set(
    top.references.filter(({ kind }) => kind !== 'declare').map(one => one.name)
  );
  const cell: CellSource = { source, names, used };
  const { edits, first } = declarationEdits(program, top.nestedVars, { ...cell, resets });
  if (first.length > 0) edits.unshift({ start: 0, end: 0, text: `let ${first.join(', ')};` });
  edits.push(...referenceEdits(source, top.references, names), ...importCalls(program));
  return { edits, warnings: shadowWarnings(top) };
}

/** `import(…)` and `import.meta`, which V8's REPL mode does not have. */
function importCalls(program: Program): Edit[] {
  const edits: Edit[] = [];
  const visit = (node: Node): void => {
    if (node.type === 'ImportExpression')
      edits.push({ start: node.start, end: node.start + IMPORT.length, text: IMPORT });
    if (node.type === 'MetaProperty' && node.meta.name === 'import')
      edits.push({
        start: node.start,
        end: node.end,
        text: IMPORT_META.padEnd(node.end - node.start)
      });
    childrenOf(node).forEach(visit);
  };
  visit(program);
  return edits;
}

function shadowWarnings({ references }: TopLevel): string[] {
  const shadowed = references.filter(({ kind, name }) => kind === 'declare' && isBuiltIn(name));
  return [...new Set(shadowed.map(({ name }) => name))].map(
    name =>
      `${name} is now a name of this notebook; the built-in one is globalThis.${name}. Packages keep the built-in one.`
  );
}

function endsInValue(program: Program): boolean {
  const last = program.body.findLast(({ type }) => type !== 'EmptyStatement');
  if (last?.type === 'ExportDefaultDeclaration') return !/Declaration$/.test(last.declaration.type);
  return last?.type === 'ExpressionStatement';
}

/** Name of an enum or namespace, whose emit adds to what the name held before. */
function mergedName(statement: Statement): string[] {
  const node = statement.type === 'ExportNamedDeclaration' ? statement.declaration : statement;
  if (node?.type !== 'TSEnumDeclaration' && node?.type !== 'TSModuleDeclaration') return [];
  return node.id.type === 'Identifier' ? [node.id.name] : [];
}

function usesUsing(program: Program): boolean {
  const visit = (node: Node): boolean =>
    (node.type === 'VariableDeclaration' && /using/.test(node.kind)) ||
    childrenOf(node).some(visit);
  return visit(program);
}

function hasParameterDecorators(program: Program): boolean {
  const visit = (node: Node): boolean =>
    ('params' in node &&
      Array.isArray(node.params) &&
      node.params.some(
        (parameter: { decorators?: unknown[] }) => (parameter.decorators?.length ?? 0) > 0
      )) ||
    childrenOf(node).some(visit);
  return visit(program);
}

function nonEmpty(maps: readonly PositionMap[]): PositionMap[] {
  return maps.filter(map => map.length > 0);
}
