import type { ExportDefaultDeclaration, ImportDeclaration, Node, Statement } from 'oxc-parser';
import { blank, blankStatement, type Edit } from './edits.js';
import { IMPORT } from './made-names.js';
import type { CellNames } from './names.js';

/** What the edits of a cell are made from. */
export interface CellSource {
  readonly source: string;
  readonly names: CellNames;
  /** Names that the cell uses as values. */
  readonly used: ReadonlySet<string>;
}

/** `import a, { b as c } from 'x'` → `let { default: a, b: c } = await $mport('x', undefined, ['default', 'b']);` */
export function importEdit(statement: ImportDeclaration, cell: CellSource): Edit | null {
  const { source } = cell;
  const { start, end } = statement;
  if (statement.importKind === 'type') return null;
  const text = source.slice(start, end);
  const lines = '\n'.repeat(text.split('\n').length - 1);
  const bindings = bindingsOf(statement);
  const options = attributesOf(statement, source);
  const { raw } = statement.source;
  const specifier = raw ?? JSON.stringify(statement.source.value);
  if (bindings.length === 0 && statement.specifiers.length > 0)
    return blankStatement(source, start, end);
  const asked = bindings.filter(({ imported }) => imported !== '*');
  const list = asked.map(({ imported, local }) => [imported, cell.used.has(local)]);
  const load = `await ${IMPORT}(${specifier}, ${options}${list.length > 0 ? `, ${JSON.stringify(list)}` : ''})`;
  for (const { local } of bindings) cell.names.declare(local, 'let', true);
  const targets = bindings.map(({ imported, local }) => target(imported, local, cell.names));
  const code = targets.length === 0 ? load : declared(targets, load);
  return { start, end, text: `${code};${lines}` };
}

interface Binding {
  readonly imported: string;
  readonly local: string;
}

interface Target {
  readonly pattern: string | null;
  readonly made: string;
  readonly family: 'let' | 'var';
}

function bindingsOf({ specifiers }: ImportDeclaration): Binding[] {
  return specifiers.flatMap(specifier => {
    const local = specifier.local.name;
    if (specifier.type === 'ImportDefaultSpecifier') return [{ imported: 'default', local }];
    if (specifier.type === 'ImportNamespaceSpecifier') return [{ imported: '*', local }];
    if (specifier.importKind === 'type') return [];
    const { imported } = specifier;
    return [{ imported: imported.type === 'Literal' ? imported.value : imported.name, local }];
  });
}

function target(imported: string, local: string, names: CellNames): Target {
  const made = names.made(local);
  const pattern = imported === '*' ? null : `${JSON.stringify(imported)}: ${made}`;
  return { pattern, made, family: names.familyOf(local) ?? 'let' };
}

/** One statement for each family, because a name stays in the one it was born in. */
function declared(targets: readonly Target[], load: string): string {
  const star = targets.find(({ pattern }) => pattern === null);
  const parts = (['let', 'var'] as const).flatMap(family => {
    const own = targets.filter(one => one.family === family && one.pattern !== null);
    return own.length === 0
      ? []
      : [{ family, pattern: `{ ${own.map(one => one.pattern).join(', ')} }` }];
  });
  const [first] = parts;
  if (star === undefined && parts.length === 1 && first)
    return `${first.family} ${first.pattern} = ${load}`;
  const value = star?.made ?? '$module';
  const head =
    star === undefined ? `var $module = ${load}` : `${star.family} ${star.made} = ${load}`;
  return [head, ...parts.map(({ family, pattern }) => `${family} ${pattern} = ${value}`)].join(
    '; '
  );
}

function attributesOf({ attributes }: ImportDeclaration, source: string): string {
  const [first] = attributes;
  const last = attributes.at(-1);
  return first && last ? `{ with: { ${source.slice(first.start, last.end)} } }` : 'undefined';
}

/** `export` in a cell has no meaning beyond what it exports: the keyword goes. */
export function exportEdits(statement: Statement, { source }: CellSource): Edit[] {
  switch (statement.type) {
    case 'ExportNamedDeclaration':
      if (statement.source) return [reExport(statement, statement.source.raw ?? "''", source)];
      if (statement.declaration)
        return [blank(source, statement.start, statement.declaration.start)];
      return [blankStatement(source, statement.start, statement.end)];
    case 'ExportAllDeclaration':
      return [reExport(statement, statement.source.raw ?? "''", source)];
    case 'ExportDefaultDeclaration':
      return defaultEdits(statement, source);
    default:
      return [];
  }
}

function reExport({ start, end }: Node, specifier: string, source: string): Edit {
  const lines = '\n'.repeat(source.slice(start, end).split('\n').length - 1);
  return { start, end, text: `await ${IMPORT}(${specifier});${lines}` };
}

function defaultEdits(statement: ExportDefaultDeclaration, source: string): Edit[] {
  const { declaration } = statement;
  const text = source.slice(statement.start, statement.end);
  const length = /^export\s+default\b/.exec(text)?.[0].length ?? 0;
  const keyword = blank(source, statement.start, statement.start + length);
  const named =
    'id' in declaration && declaration.id !== null && /Declaration$/.test(declaration.type);
  if (named) return [keyword];
  const end = statement.start + text.replace(/;$/, '').length;
  return [
    { ...keyword, text: `${keyword.text.slice(0, -1)}(` },
    { start: end, end, text: ')' }
  ];
}
