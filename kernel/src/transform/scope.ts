import type {
  Function,
  ArrowFunctionExpression,
  Node,
  Program,
  VariableDeclaration
} from 'oxc-parser';
import { childrenOf, isNode } from './parser.js';

/** A place where code names a variable that no inner scope binds. */
export interface Reference {
  readonly name: string;
  readonly start: number;
  readonly kind: 'read' | 'write' | 'declare';
  /** Written `{ name }`, so that another name needs `{ name: other }`. */
  readonly shorthand: boolean;
  /** The assignment or update around a write; null in a pattern or a loop head. */
  readonly parent: Node | null;
}

/** A `var` inside of a block or a loop head at the top level: it is a name of the whole notebook too. */
export interface NestedVar {
  readonly node: VariableDeclaration;
  readonly parent: Node;
}

/** What a program names at its top level. Type-only code is left out. */
export interface TopLevel {
  readonly references: readonly Reference[];
  readonly nestedVars: readonly NestedVar[];
}

/** Resolves the names of a program as far as its top level. */
export function topLevelOf(program: Program): TopLevel {
  const walk = new ScopeWalk();
  for (const statement of program.body) walk.visit(statement, program);
  return walk;
}

/** Names that a pattern binds, in order. */
export function boundNames(pattern: Node | null): string[] {
  if (pattern === null) return [];
  switch (pattern.type) {
    case 'Identifier':
      return [pattern.name];
    case 'ObjectPattern':
      return pattern.properties.flatMap(property =>
        boundNames(property.type === 'RestElement' ? property.argument : property.value)
      );
    case 'ArrayPattern':
      return pattern.elements.flatMap(element => boundNames(element));
    case 'AssignmentPattern':
      return boundNames(pattern.left);
    case 'RestElement':
      return boundNames(pattern.argument);
    case 'TSParameterProperty':
      return boundNames(pattern.parameter);
    default:
      return [];
  }
}

const TYPE_NODE =
  /^TS(?!AsExpression|SatisfiesExpression|NonNullExpression|TypeAssertion|InstantiationExpression|ParameterProperty)/;

class ScopeWalk {
  readonly references: Reference[] = [];
  readonly nestedVars: NestedVar[] = [];
  readonly #scopes: Set<string>[] = [];
  #functions = 0;

  visit(node: Node, parent: Node | null): void {
    if (TYPE_NODE.test(node.type)) return;
    switch (node.type) {
      case 'Identifier':
        return this.#note(node.name, node.start, 'read');
      case 'ImportDeclaration':
      case 'ExportAllDeclaration':
      case 'MetaProperty':
      case 'BreakStatement':
      case 'ContinueStatement':
        return;
      case 'FunctionDeclaration':
      case 'FunctionExpression':
      case 'ArrowFunctionExpression':
        return this.#function(node);
      case 'ClassDeclaration':
      case 'ClassExpression': {
        if (node.type === 'ClassDeclaration' && node.id)
          this.#note(node.id.name, node.id.start, 'declare');
        const own = node.type === 'ClassExpression' && node.id ? [node.id.name] : [];
        return this.#within(own, () => this.#children(node, ['id']));
      }
      case 'BlockStatement':
      case 'StaticBlock':
        return this.#within(lexicalNames(node.body), () => this.#children(node));
      case 'SwitchStatement':
        return this.#within(lexicalNames(node.cases.flatMap(({ consequent }) => consequent)), () =>
          this.#children(node)
        );
      case 'ForStatement':
        return this.#within(headNames(node.init), () => this.#children(node));
      case 'ForInStatement':
      case 'ForOfStatement':
        return this.#within(headNames(node.left), () => {
          if (node.left.type !== 'VariableDeclaration') this.#target(node.left, null);
          this.#children(node, node.left.type === 'VariableDeclaration' ? [] : ['left']);
        });
      case 'CatchClause':
        return this.#within(boundNames(node.param), () => this.#children(node));
      case 'VariableDeclaration':
        if (node.kind === 'var' && this.#functions === 0 && parent !== null && isNested(parent))
          this.nestedVars.push({ node, parent });
        return this.#children(node);
      case 'VariableDeclarator':
        this.#pattern(node.id, 'declare');
        if (node.init) this.visit(node.init, node);
        return;
      case 'AssignmentExpression':
        this.#target(node.left, node);
        return this.visit(node.right, node);
      case 'UpdateExpression':
        return this.#target(node.argument, node);
      case 'MemberExpression':
        return this.#children(node, node.computed ? [] : ['property']);
      case 'Property':
        if (node.shorthand && node.value.type === 'Identifier')
          return this.#note(node.value.name, node.value.start, 'read', true);
        return this.#children(node, node.computed ? [] : ['key']);
      case 'MethodDefinition':
      case 'PropertyDefinition':
      case 'AccessorProperty':
        return this.#children(node, node.computed ? [] : ['key']);
      case 'LabeledStatement':
        return this.visit(node.body, node);
      case 'ExportSpecifier':
        if (node.local.type === 'Identifier') this.#note(node.local.name, node.local.start, 'read');
        return;
      default:
        return this.#children(node);
    }
  }

  #children(node: Node, without: readonly string[] = []): void {
    const skipped = new Set(without.map((field): unknown => Reflect.get(node, field)));
    for (const child of childrenOf(node)) if (!skipped.has(child)) this.visit(child, node);
  }

  #function(node: Function | ArrowFunctionExpression): void {
    const arrow = node.type === 'ArrowFunctionExpression';
    if (!arrow && node.type === 'FunctionDeclaration' && node.id)
      this.#note(node.id.name, node.id.start, 'declare');
    const own = !arrow && node.type === 'FunctionExpression' && node.id ? [node.id.name] : [];
    const params = node.params.flatMap(parameter => boundNames(parameter));
    const { body } = node;
    const inner = body?.type === 'BlockStatement' ? lexicalNames(body.body) : [];
    const names = [
      ...own,
      ...params,
      ...inner,
      ...hoistedNames(body),
      ...(arrow ? [] : ['arguments'])
    ];
    this.#functions += 1;
    this.#within(names, () => {
      for (const parameter of node.params) this.#pattern(parameter, 'declare');
      if (body) this.visit(body, node);
    });
    this.#functions -= 1;
  }

  /** A binding pattern: defaults and computed keys are ordinary code. */
  #pattern(pattern: Node, kind: 'write' | 'declare', parent: Node | null = null): void {
    switch (pattern.type) {
      case 'Identifier':
        return this.#note(pattern.name, pattern.start, kind, false, parent);
      case 'ObjectPattern':
        for (const property of pattern.properties) {
          if (property.type === 'RestElement') this.#pattern(property.argument, kind);
          else this.#property(property, kind);
        }
        return;
      case 'ArrayPattern':
        for (const element of pattern.elements) if (element) this.#pattern(element, kind);
        return;
      case 'AssignmentPattern':
        this.#pattern(pattern.left, kind);
        return this.visit(pattern.right, pattern);
      case 'RestElement':
        return this.#pattern(pattern.argument, kind);
      case 'TSParameterProperty':
        return this.#pattern(pattern.parameter, kind);
      case 'TSAsExpression':
      case 'TSSatisfiesExpression':
      case 'TSNonNullExpression':
      case 'TSTypeAssertion':
        return this.#pattern(pattern.expression, kind, parent);
      default:
        return this.visit(pattern, null);
    }
  }

  #property(
    property: { shorthand: boolean; computed: boolean; key: Node; value: Node },
    kind: 'write' | 'declare'
  ): void {
    if (property.computed) this.visit(property.key, null);
    const { value } = property;
    const target = value.type === 'AssignmentPattern' ? value.left : value;
    if (!property.shorthand || target.type !== 'Identifier') return this.#pattern(value, kind);
    this.#note(target.name, target.start, kind, true);
    if (value.type === 'AssignmentPattern') this.visit(value.right, value);
  }

  #target(target: Node, parent: Node | null): void {
    this.#pattern(target, 'write', parent);
  }

  #note(
    name: string,
    start: number,
    kind: Reference['kind'],
    shorthand = false,
    parent: Node | null = null
  ): void {
    if (!this.#scopes.some(scope => scope.has(name)))
      this.references.push({ name, start, kind, shorthand, parent });
  }

  #within(names: readonly string[], run: () => void): void {
    this.#scopes.push(new Set(names));
    run();
    this.#scopes.pop();
  }
}

function isNested(parent: Node): boolean {
  return parent.type !== 'Program' && parent.type !== 'ExportNamedDeclaration';
}

function headNames(head: Node | null): string[] {
  return head?.type === 'VariableDeclaration' && head.kind !== 'var'
    ? head.declarations.flatMap(({ id }) => boundNames(id))
    : [];
}

function lexicalNames(statements: readonly Node[]): string[] {
  return statements.flatMap(statement => {
    if (statement.type === 'VariableDeclaration') return headNames(statement);
    if (statement.type === 'ClassDeclaration' || statement.type === 'FunctionDeclaration')
      return statement.id ? [statement.id.name] : [];
    return [];
  });
}

/** Names of `var` anywhere in a function's body, without its inner functions. */
function hoistedNames(node: Node | null): string[] {
  if (!isNode(node) || /Function|^Class/.test(node.type)) return [];
  const own =
    node.type === 'VariableDeclaration' && node.kind === 'var'
      ? node.declarations.flatMap(({ id }) => boundNames(id))
      : [];
  return [...own, ...childrenOf(node).flatMap(child => hoistedNames(child))];
}
