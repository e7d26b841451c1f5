import { boundNames, childrenOf, nodeIn, nodesIn, textIn, type SyntaxNode } from './syntax-walk.js';

/** Names that code takes from outside, and names of outside that it changes. */
export interface FreeNames {
  readonly reads: ReadonlySet<string>;
  /** Assigned, incremented, deleted, or changed by an assignment to a member (`x.y = 1`). */
  readonly writes: ReadonlySet<string>;
}

type Scope = ReadonlySet<string>;

const FUNCTIONS = new Set([
  'FunctionDeclaration',
  'FunctionExpression',
  'ArrowFunctionExpression',
  'TSDeclareFunction'
]);
const TYPE_ONLY = new Set(['TSInterfaceDeclaration', 'TSTypeAliasDeclaration']);

/**
 * Free names of a program; names declared at its own top level count as free too (the caller knows them).
 * Names used as types only are left out: they have no value that could change.
 */
export function freeNames(program: SyntaxNode): FreeNames {
  const reads = new Set<string>();
  const writes = new Set<string>();
  const found = { reads, writes };
  for (const statement of nodesIn(program, 'body')) visit(statement, [], found);
  return found;
}

interface Found {
  readonly reads: Set<string>;
  readonly writes: Set<string>;
}

function visit(node: SyntaxNode, scopes: readonly Scope[], found: Found): void {
  if (TYPE_ONLY.has(node.type) || node.type.startsWith('ImportDecl')) return;
  if (node.type === 'TSTypeQuery' || node.type === 'TSTypeAnnotation') return;
  if (FUNCTIONS.has(node.type)) return visitFunction(node, scopes, found);
  if (node.type === 'Identifier') return void note(node, scopes, found.reads);
  if (node.type === 'AssignmentExpression' || node.type === 'UpdateExpression') {
    const target = nodeIn(node, node.type === 'UpdateExpression' ? 'argument' : 'left');
    if (target !== null) noteTarget(target, scopes, found);
    if (node.type === 'UpdateExpression' || node['operator'] !== '=')
      if (target !== null) visit(target, scopes, found);
  }
  if (node.type === 'UnaryExpression' && node['operator'] === 'delete') {
    const target = nodeIn(node, 'argument');
    if (target !== null) noteTarget(target, scopes, found);
  }
  const inner = scopes.length === 0 && node.type === 'Program' ? scopes : scopeOf(node, scopes);
  for (const [field, child] of childrenOf(node))
    if (isRead(node, field, child)) visit(child, inner, found);
}

function visitFunction(node: SyntaxNode, scopes: readonly Scope[], found: Found): void {
  const parameters = nodesIn(node, 'params');
  const own = new Set(parameters.flatMap(boundNames));
  const name = nodeIn(node, 'id');
  if (name !== null && node.type === 'FunctionExpression') own.add(textIn(name, 'name'));
  const body = nodeIn(node, 'body');
  const inner = [...scopes, own, ...(body === null ? [] : [hoisted(body)])];
  for (const parameter of parameters) visitPattern(parameter, inner, found);
  if (body !== null) visit(body, inner, found);
}

// Defaults inside of a pattern are code; the bound names themselves are not.
function visitPattern(pattern: SyntaxNode, scopes: readonly Scope[], found: Found): void {
  if (pattern.type === 'Identifier') return;
  if (pattern.type === 'AssignmentPattern') {
    const left = nodeIn(pattern, 'left');
    const right = nodeIn(pattern, 'right');
    if (left !== null) visitPattern(left, scopes, found);
    if (right !== null) visit(right, scopes, found);
    return;
  }
  for (const [field, child] of childrenOf(pattern)) {
    if (field === 'typeAnnotation' || field === 'decorators') continue;
    if (pattern.type === 'Property' && field === 'key') {
      if (pattern['computed'] === true) visit(child, scopes, found);
    } else visitPattern(child, scopes, found);
  }
}

function note(node: SyntaxNode, scopes: readonly Scope[], into: Set<string>): void {
  const name = textIn(node, 'name');
  if (!scopes.some(scope => scope.has(name))) into.add(name);
}

function noteTarget(target: SyntaxNode, scopes: readonly Scope[], found: Found): void {
  if (target.type === 'Identifier') return note(target, scopes, found.writes);
  if (target.type === 'MemberExpression') {
    const object = nodeIn(target, 'object');
    if (object !== null) noteTarget(object, scopes, found);
    return;
  }
  if (target.type.startsWith('TS')) {
    const expression = nodeIn(target, 'expression');
    if (expression !== null) noteTarget(expression, scopes, found);
    return;
  }
  for (const name of boundNames(target))
    if (!scopes.some(scope => scope.has(name))) found.writes.add(name);
}

// Whether a child's identifiers are looked up as values.
function isRead(node: SyntaxNode, field: string, child: SyntaxNode): boolean {
  if (field === 'typeAnnotation' || field === 'typeArguments' || field === 'typeParameters')
    return false;
  if (field === 'returnType' || field === 'implements') return false;
  switch (node.type) {
    case 'MemberExpression':
      return field !== 'property' || node['computed'] === true;
    case 'Property':
    case 'MethodDefinition':
    case 'PropertyDefinition':
    case 'AccessorProperty':
      return field !== 'key' || node['computed'] === true;
    case 'VariableDeclarator':
      return field === 'init' || (field === 'id' && child.type !== 'Identifier');
    case 'AssignmentExpression':
      return field !== 'left' || child.type !== 'Identifier';
    case 'LabeledStatement':
    case 'BreakStatement':
    case 'ContinueStatement':
      return field !== 'label';
    case 'ClassDeclaration':
    case 'ClassExpression':
    case 'TSEnumDeclaration':
    case 'TSModuleDeclaration':
      return field !== 'id';
    case 'TSEnumMember':
      return field !== 'id';
    case 'CatchClause':
      return field !== 'param';
    case 'MetaProperty':
      return false;
    default:
      return true;
  }
}

function scopeOf(node: SyntaxNode, scopes: readonly Scope[]): readonly Scope[] {
  switch (node.type) {
    case 'BlockStatement':
    case 'StaticBlock':
    case 'TSModuleBlock':
      return [...scopes, lexical(nodesIn(node, 'body'))];
    case 'SwitchStatement':
      return [
        ...scopes,
        lexical(nodesIn(node, 'cases').flatMap(one => nodesIn(one, 'consequent')))
      ];
    case 'ForStatement':
      return [...scopes, lexical(listOf(nodeIn(node, 'init')))];
    case 'ForInStatement':
    case 'ForOfStatement':
      return [...scopes, lexical(listOf(nodeIn(node, 'left')))];
    case 'CatchClause': {
      const parameter = nodeIn(node, 'param');
      return [...scopes, new Set(parameter === null ? [] : boundNames(parameter))];
    }
    case 'ClassExpression': {
      const name = nodeIn(node, 'id');
      return name === null ? scopes : [...scopes, new Set([textIn(name, 'name')])];
    }
    default:
      return scopes;
  }
}

function listOf(node: SyntaxNode | null): SyntaxNode[] {
  return node === null ? [] : [node];
}

function lexical(statements: readonly SyntaxNode[]): Scope {
  return new Set(statements.flatMap(declaredBy));
}

/** Names that one statement declares; an `export` before it makes no difference. */
export function declaredBy(statement: SyntaxNode): string[] {
  if (statement.type === 'VariableDeclaration')
    return nodesIn(statement, 'declarations').flatMap(one => boundNames(nodeIn(one, 'id') ?? one));
  if (statement.type.startsWith('Export')) {
    const declaration = nodeIn(statement, 'declaration');
    return declaration === null ? [] : declaredBy(declaration);
  }
  const name = nodeIn(statement, 'id');
  return name?.type === 'Identifier' ? [textIn(name, 'name')] : [];
}

// `var` of a function's blocks belongs to the function.
function hoisted(body: SyntaxNode): Scope {
  const names = new Set<string>();
  const walk = (node: SyntaxNode): void => {
    if (node.type === 'VariableDeclaration' && node['kind'] === 'var')
      for (const name of declaredBy(node)) names.add(name);
    for (const [, child] of childrenOf(node)) if (!FUNCTIONS.has(child.type)) walk(child);
  };
  walk(body);
  return names;
}
