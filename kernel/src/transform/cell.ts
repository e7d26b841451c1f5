import { transformSync } from 'amaro';
import ts from 'typescript';

/** A cell ready for V8's REPL mode. Lines and columns stay true. */
export interface PreparedCell {
  readonly code: string;
  /** Whether the last statement is an expression whose value is the cell's result. */
  readonly hasValue: boolean;
}

/** Kinds of a top-level name that V8 keeps apart. */
export type NameFamily = 'let' | 'var';

/**
 * TypeScript cell → JavaScript for `Runtime.evaluate` with `replMode`, keeping positions: types are
 * blanked, top-level `const` becomes `let`, static imports become awaited dynamic ones.
 *
 * @param families family in which V8 knows a name; filled by this function
 * @throws SyntaxError with a message and the position of the fault
 */
export function prepareCell(source: string, families: Map<string, NameFamily>): PreparedCell {
  const parsed = ts.createSourceFile(
    'cell.ts',
    source,
    ts.ScriptTarget.ES2023,
    true,
    ts.ScriptKind.TS
  );
  refuseSyntaxErrors(parsed);
  const edits: Edit[] = [];
  for (const statement of parsed.statements) edit(statement, parsed, edits, families);
  for (const start of dynamicImports(parsed))
    edits.push({ start, end: start + IMPORT.length, text: IMPORT });
  const edited = apply(source, edits);
  const last = parsed.statements.at(-1);
  return { code: strip(edited), hasValue: last !== undefined && ts.isExpressionStatement(last) };
}

/** Same length as `import`: V8's REPL mode cannot resolve imports, this function of the user process can. */
export const IMPORT = '$mport';

interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

function strip(source: string): string {
  try {
    return transformSync(source, { mode: 'strip-only' }).code;
  } catch {
    // Enums and namespaces have run-time meaning: TypeScript's own emit, positions as far as it keeps them.
    return ts.transpileModule(source, {
      compilerOptions: {
        target: ts.ScriptTarget.ES2023,
        module: ts.ModuleKind.ESNext,
        verbatimModuleSyntax: false
      }
    }).outputText;
  }
}

function refuseSyntaxErrors(parsed: ts.SourceFile): void {
  // Diagnostics of the parser alone; a list TypeScript keeps on every source file.
  const { parseDiagnostics } = parsed as ts.SourceFile & {
    readonly parseDiagnostics?: readonly ts.Diagnostic[];
  };
  const first = parseDiagnostics?.[0];
  if (first === undefined) return;
  const { line, character } = parsed.getLineAndCharacterOfPosition(first.start ?? 0);
  const text = ts.flattenDiagnosticMessageText(first.messageText, ' ');
  throw new SyntaxError(`${text} (line ${line + 1}, column ${character + 1})`);
}

function edit(
  statement: ts.Statement,
  parsed: ts.SourceFile,
  edits: Edit[],
  families: Map<string, NameFamily>
): void {
  if (ts.isImportDeclaration(statement))
    return void edits.push(importEdit(statement, parsed, families));
  if (ts.canHaveModifiers(statement))
    for (const modifier of ts.getModifiers(statement) ?? [])
      if (
        modifier.kind === ts.SyntaxKind.ExportKeyword ||
        modifier.kind === ts.SyntaxKind.DefaultKeyword
      )
        edits.push(blank(modifier.getStart(parsed), modifier.end));
  if (ts.isVariableStatement(statement)) return variableEdit(statement, parsed, edits, families);
  if (ts.isClassDeclaration(statement) && statement.name)
    return moveFamily(statement, statement.name.text, 'let', parsed, edits, families);
  if (ts.isFunctionDeclaration(statement) && statement.name)
    moveFamily(statement, statement.name.text, 'var', parsed, edits, families);
}

function variableEdit(
  statement: ts.VariableStatement,
  parsed: ts.SourceFile,
  edits: Edit[],
  families: Map<string, NameFamily>
): void {
  const list = statement.declarationList;
  const start = list.getStart(parsed);
  const isVar = (list.flags & ts.NodeFlags.BlockScoped) === 0;
  const wanted: NameFamily = isVar ? 'var' : 'let';
  const names = list.declarations.flatMap(declaration => boundNames(declaration.name));
  const known = names.map(name => families.get(name)).filter(family => family !== undefined);
  const conflict = known.some(family => family !== wanted);
  const keyword = parsed.text.slice(
    start,
    start + (isVar ? 3 : list.flags & ts.NodeFlags.Const ? 5 : 3)
  );
  const family = conflict ? (known[0] ?? wanted) : wanted;
  for (const name of names) if (!families.has(name)) families.set(name, family);
  const replacement = family === 'let' ? 'let' : 'var';
  if (keyword !== replacement)
    edits.push({ start, end: start + keyword.length, text: replacement.padEnd(keyword.length) });
}

// A class or function whose name lives in the other family becomes an assignment to that name.
function moveFamily(
  statement: ts.ClassDeclaration | ts.FunctionDeclaration,
  name: string,
  wanted: NameFamily,
  parsed: ts.SourceFile,
  edits: Edit[],
  families: Map<string, NameFamily>
): void {
  const known = families.get(name);
  if (known === undefined) families.set(name, wanted);
  else if (known !== wanted)
    edits.push({
      start: statement.getStart(parsed),
      end: statement.getStart(parsed),
      text: `${name} = `
    });
}

function dynamicImports(parsed: ts.SourceFile): number[] {
  const found: number[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword)
      found.push(node.expression.getStart(parsed));
    ts.forEachChild(node, visit);
  };
  visit(parsed);
  return found;
}

function importEdit(
  statement: ts.ImportDeclaration,
  parsed: ts.SourceFile,
  families: Map<string, NameFamily>
): Edit {
  const { importClause, moduleSpecifier } = statement;
  const start = statement.getStart(parsed);
  const specifier = moduleSpecifier.getText(parsed);
  const attributes =
    statement.attributes === undefined
      ? ''
      : `, { with: ${statement.attributes.getText(parsed).replace(/^(with|assert)\s*/, '')} }`;
  const load = `await ${IMPORT}(${specifier}${attributes})`;
  const lines = '\n'.repeat(statement.getText(parsed).split('\n').length - 1);
  if (importClause === undefined) return { start, end: statement.end, text: `${load};${lines}` };
  if (importClause.isTypeOnly) return { start, end: statement.end, text: lines };
  const bound: string[] = [];
  const parts: string[] = [];
  if (importClause.name) {
    bound.push(importClause.name.text);
    parts.push(`default: ${importClause.name.text}`);
  }
  const bindings = importClause.namedBindings;
  if (bindings && ts.isNamedImports(bindings))
    for (const element of bindings.elements) {
      if (element.isTypeOnly) continue;
      bound.push(element.name.text);
      parts.push(
        element.propertyName
          ? `${element.propertyName.getText(parsed)}: ${element.name.text}`
          : element.name.text
      );
    }
  const star = bindings && ts.isNamespaceImport(bindings) ? bindings.name.text : null;
  if (star !== null) bound.push(star);
  for (const name of bound) if (!families.has(name)) families.set(name, 'var');
  const keyword = bound.some(name => families.get(name) === 'let') ? 'let' : 'var';
  const target = star === null ? `{ ${parts.join(', ')} }` : star;
  const also =
    star !== null && parts.length > 0 ? `; ${keyword} { ${parts.join(', ')} } = ${star}` : '';
  return { start, end: statement.end, text: `${keyword} ${target} = ${load}${also};${lines}` };
}

function boundNames(name: ts.BindingName): string[] {
  if (ts.isIdentifier(name)) return [name.text];
  return name.elements.flatMap(element =>
    ts.isOmittedExpression(element) ? [] : boundNames(element.name)
  );
}

function blank(start: number, end: number): Edit {
  return { start, end, text: ' '.repeat(end - start) };
}

function apply(source: string, edits: readonly Edit[]): string {
  return [...edits]
    .sort((a, b) => b.start - a.start)
    .reduce(
      (text, { start, end, text: replacement }) =>
        text.slice(0, start) + replacement + text.slice(end),
      source
    );
}
