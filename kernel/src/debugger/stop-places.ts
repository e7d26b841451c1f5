import type { Node } from 'oxc-parser';
import { lineStarts } from '../transform/edits.js';
import { takeMagics } from '../transform/magics.js';
import { childrenOf, parseSource } from '../transform/parser.js';

/** Where a line of a cell can stop: the line, from 1, and the UTF-16 offset of what runs there. */
export interface StopPlace {
  readonly line: number;
  readonly offset: number;
}

/** A stretch of a source. */
export interface Stretch {
  readonly start: number;
  readonly end: number;
}

/** Statements of which nothing runs where they begin. */
const SILENT =
  /^(?:TS|FunctionDeclaration|ClassDeclaration|EmptyStatement|BlockStatement|TryStatement|LabeledStatement|Import)/;
const STATEMENT = /(?:Statement|Declaration)$/;

/** The lines of a cell at which it can stop, in ascending order; empty for a cell that does not parse. */
export function stopPlaces(source: string): StopPlace[] {
  const starts = lineStarts(source);
  const lineOf = (offset: number) => starts.findLastIndex(start => start <= offset) + 1;
  const byLine = new Map<number, number>();
  const add = (offset: number) => {
    const line = lineOf(offset);
    byLine.set(line, Math.min(offset, byLine.get(line) ?? offset));
  };
  const visit = (node: Node): void => {
    if (node.type.startsWith('TS') && !/^TS(?:As|NonNull|Satisfies|Enum|Module)/.test(node.type))
      return;
    if (node.type === 'VariableDeclaration') {
      for (const { init } of node.declarations) if (init) add(init.start);
    } else if (
      STATEMENT.test(node.type) &&
      !SILENT.test(node.type) &&
      !node.type.startsWith('Export')
    )
      add(node.start);
    if (node.type === 'ArrowFunctionExpression' && node.body.type !== 'BlockStatement')
      add(node.body.start);
    childrenOf(node).forEach(visit);
  };
  visit(programOf(source));
  return [...byLine].map(([line, offset]) => ({ line, offset })).sort((a, b) => a.line - b.line);
}

/** The blocks of a cell whose errors it catches itself. */
export function caughtStretches(source: string): Stretch[] {
  const found: Stretch[] = [];
  const visit = (node: Node): void => {
    if (node.type === 'TryStatement' && node.handler) found.push(node.block);
    childrenOf(node).forEach(visit);
  };
  visit(programOf(source));
  return found;
}

function programOf(source: string): Node {
  try {
    const { rest } = takeMagics(source);
    // Magic lines keep their length, so that offsets stay true.
    return parseSource(rest.length === source.length ? rest : source).program;
  } catch {
    return parseSource('').program;
  }
}
