import type { Class, Function, Node, Program, VariableDeclaration } from 'oxc-parser';
import type { Edit } from './edits.js';
import { exportEdits, importEdit, type CellSource } from './imports.js';
import type { NameFamily } from './names.js';
import { boundNames, type NestedVar } from './scope.js';

/** Code for the start of a cell and edits that make its declarations fit the families of their names. */
export interface Declared {
  readonly edits: Edit[];
  /** Names that must be declared first. */
  readonly first: string[];
}

/**
 * Makes every declaration of a cell acceptable to V8, whatever kind its names had before, and notes the names.
 *
 * @param resets names whose `var` without a value begins anew (enums and namespaces of this cell)
 */
export function declarationEdits(
  program: Program,
  nested: readonly NestedVar[],
  cell: CellSource & { readonly resets: ReadonlySet<string> }
): Declared {
  const made: Declared = { edits: [], first: [] };
  for (const statement of program.body) {
    if (statement.type === 'ImportDeclaration') {
      const edit = importEdit(statement, cell);
      if (edit) made.edits.push(edit);
      continue;
    }
    made.edits.push(...exportEdits(statement, cell));
    declare(declarationOf(statement), cell, made);
  }
  for (const { node, parent } of nested) nestedVar(node, parent, cell, made);
  return made;
}

function declarationOf(statement: Node): Node {
  if (statement.type === 'ExportNamedDeclaration' || statement.type === 'ExportDefaultDeclaration')
    return statement.declaration ?? statement;
  return statement;
}

type Cell = Parameters<typeof declarationEdits>[2];

function declare(node: Node, cell: Cell, made: Declared): void {
  if ('declare' in node && node.declare === true) return;
  switch (node.type) {
    case 'VariableDeclaration':
      return variables(node, cell, made);
    case 'ClassDeclaration':
      return named(node, 'let', cell, made);
    case 'FunctionDeclaration':
      return named(node, 'var', cell, made);
    case 'TSImportEqualsDeclaration': {
      if (node.importKind === 'type') return;
      cell.names.declare(node.id.name, 'let', true);
      const family = cell.names.familyOf(node.id.name) ?? 'let';
      made.edits.push({ start: node.start, end: node.start + 6, text: family.padEnd(6) });
      return;
    }
    default:
      return;
  }
}

function variables(node: VariableDeclaration, cell: Cell, made: Declared): void {
  const wanted: NameFamily = node.kind === 'var' ? 'var' : 'let';
  const names = node.declarations.flatMap(({ id }) => boundNames(id));
  const known = new Set(names.flatMap(name => cell.names.familyOf(name) ?? []));
  const fits = known.size === 0 || (known.size === 1 && known.has(wanted));
  const start = node.start;
  const end = start + node.kind.length;
  if (!fits && (wanted === 'var' || known.size > 1)) return assigned(node, cell, made);
  const family = fits ? wanted : 'var';
  for (const name of names) cell.names.declare(name, family, node.kind === 'const');
  if (node.kind !== family) made.edits.push({ start, end, text: family.padEnd(node.kind.length) });
  for (const { id, init } of node.declarations) {
    const reset = !fits || (id.type === 'Identifier' && cell.resets.has(id.name));
    if (init === null && reset)
      made.edits.push({ start: id.end, end: id.end, text: ' = undefined' });
  }
}

/** `var a = 1, b = 2` → `;(a = 1, b = 2)`; names that V8 does not know are declared at the start of the cell. */
function assigned(node: VariableDeclaration, cell: Cell, made: Declared): void {
  const start = node.start;
  const end = start + node.kind.length;
  firstDeclared(node, cell, made);
  made.edits.push({ start, end, text: ';('.padEnd(node.kind.length) });
  const last = node.declarations.at(-1)?.end ?? node.end;
  made.edits.push({ start: last, end: last, text: ')' });
  for (const { id, init } of node.declarations) {
    const reset = node.kind !== 'var' || (id.type === 'Identifier' && cell.resets.has(id.name));
    if (init === null && reset)
      made.edits.push({ start: id.end, end: id.end, text: ' = undefined' });
  }
}

function firstDeclared(node: VariableDeclaration, cell: Cell, made: Declared): void {
  for (const name of node.declarations.flatMap(({ id }) => boundNames(id))) {
    const isKnown = cell.names.familyOf(name) !== null;
    cell.names.declare(name, 'let', node.kind === 'const');
    if (!isKnown) made.first.push(cell.names.made(name));
  }
}

function nestedVar(node: VariableDeclaration, parent: Node, cell: Cell, made: Declared): void {
  const names = node.declarations.flatMap(({ id }) => boundNames(id));
  if (names.every(name => cell.names.familyOf(name) !== 'let')) {
    for (const name of names) cell.names.declare(name, 'var', false);
    return;
  }
  const inHead = parent.type === 'ForInStatement' || parent.type === 'ForOfStatement';
  if (!inHead && parent.type !== 'ForStatement') return assigned(node, cell, made);
  firstDeclared(node, cell, made);
  const start = node.start;
  made.edits.push({ start, end: start + 3, text: inHead ? '   ' : '  (' });
  if (!inHead) made.edits.push({ start: node.end, end: node.end, text: ')' });
}

/** A class or function whose name lives in the other family becomes an assignment to it. */
function named(node: Class | Function, wanted: NameFamily, cell: Cell, made: Declared): void {
  const { id, start, end } = node;
  if (!id) return;
  const known = cell.names.familyOf(id.name);
  cell.names.declare(id.name, wanted, false);
  if (known === null || known === wanted) return;
  made.edits.push({ start, end: start, text: `;${cell.names.made(id.name)} = ` });
  made.edits.push({ start: end, end, text: ';' });
}
