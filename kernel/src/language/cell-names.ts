import { nativeParseSync } from '../transform/native-parser.js';
import { declaredBy, freeNames } from './free-names.js';
import { childrenOf, isNode, nodeIn, nodesIn, textIn, type SyntaxNode } from './syntax-walk.js';

/** How another cell sees a top-level name: by import, or as a variable that it may (or may not) assign. */
export type NameKind = 'import' | 'let' | 'const';

/** What the parser knows of a cell. Offsets are UTF-16. */
export interface CellNames {
  /** False when the text does not parse: then all sets are empty but `declared`, which is a guess. */
  readonly valid: boolean;
  readonly declared: ReadonlyMap<string, NameKind>;
  /** Declared names with an `export` of their own. */
  readonly exported: ReadonlySet<string>;
  /** Values of outside that the cell uses. */
  readonly reads: ReadonlySet<string>;
  /** Values of outside that the cell assigns or changes by assignment to a member. */
  readonly writes: ReadonlySet<string>;
  /** Module specifiers of its imports, static and dynamic. */
  readonly imports: readonly string[];
  /** The last statement when it is an expression. */
  readonly lastExpression: { readonly start: number; readonly end: number } | null;
}

/** Reads the names of a cell whose magic lines are blanked. Never throws. */
export function cellNames(source: string): CellNames {
  const program = parse(source);
  if (program === null) return { ...NOTHING, valid: false, declared: guessed(source) };
  const declared = new Map<string, NameKind>();
  const exported = new Set<string>();
  for (const statement of nodesIn(program, 'body')) declare(statement, declared, exported);
  const { reads, writes } = freeNames(program);
  const outside = (names: ReadonlySet<string>) =>
    new Set([...names].filter(name => !declared.has(name)));
  const last = nodesIn(program, 'body').at(-1);
  const expression = last?.type === 'ExpressionStatement' ? nodeIn(last, 'expression') : null;
  return {
    valid: true,
    declared,
    exported,
    reads: outside(reads),
    writes: outside(writes),
    imports: importsOf(program),
    lastExpression: expression === null ? null : { start: expression.start, end: expression.end }
  };
}

const NOTHING: CellNames = {
  valid: true,
  declared: new Map(),
  exported: new Set(),
  reads: new Set(),
  writes: new Set(),
  imports: [],
  lastExpression: null
};

function parse(source: string): SyntaxNode | null {
  try {
    const options = { lang: 'ts', sourceType: 'module' } as const;
    const { program, errors } = nativeParseSync()('cell.ts', source, options);
    if (errors.length > 0 && program.body.length === 0) return null;
    const node: unknown = program;
    return isNode(node) ? node : null;
  } catch {
    return null;
  }
}

function declare(
  statement: SyntaxNode,
  declared: Map<string, NameKind>,
  exported: Set<string>
): void {
  if (statement.type === 'ImportDeclaration') {
    for (const specifier of nodesIn(statement, 'specifiers'))
      declared.set(textIn(nodeIn(specifier, 'local') ?? specifier, 'name'), 'import');
    return;
  }
  if (statement.type === 'ExportNamedDeclaration') {
    const declaration = nodeIn(statement, 'declaration');
    if (declaration === null) {
      for (const specifier of nodesIn(statement, 'specifiers'))
        exported.add(textIn(nodeIn(specifier, 'exported') ?? specifier, 'name'));
      return;
    }
    for (const name of declaredBy(declaration)) exported.add(name);
    return declare(declaration, declared, exported);
  }
  const kind = kindOf(statement);
  for (const name of declaredBy(statement))
    declared.set(name, declared.get(name) === 'import' ? 'import' : kind);
}

function kindOf(statement: SyntaxNode): NameKind {
  if (statement.type !== 'VariableDeclaration') return 'import';
  return statement['kind'] === 'const' || String(statement['kind']).endsWith('using')
    ? 'const'
    : 'let';
}

function importsOf(program: SyntaxNode): string[] {
  const imports: string[] = [];
  const walk = (node: SyntaxNode): void => {
    const source = nodeIn(node, 'source');
    if (source?.type === 'Literal' && /^(Import|Export)/.test(node.type))
      imports.push(textIn(source, 'value'));
    for (const [, child] of childrenOf(node)) walk(child);
  };
  walk(program);
  return imports;
}

const DECLARATION =
  /^(?:export\s+)?(?:async\s+)?(const|let|var|function\*?|class|enum|interface|type|namespace)\s+([A-Za-z_$][\w$]*)/gm;

// A text that does not parse still hides the names it is about to declare.
function guessed(source: string): Map<string, NameKind> {
  const declared = new Map<string, NameKind>();
  for (const [, keyword, name] of source.matchAll(DECLARATION))
    if (name !== undefined)
      declared.set(
        name,
        keyword === 'const' ? 'const' : keyword === 'let' || keyword === 'var' ? 'let' : 'import'
      );
  return declared;
}
