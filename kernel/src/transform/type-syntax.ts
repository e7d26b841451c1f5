import type { Node } from 'oxc-parser';

/** Statements that are types as a whole. */
const TYPE_STATEMENTS = new Set([
  'TSInterfaceDeclaration',
  'TSTypeAliasDeclaration',
  'TSDeclareFunction',
  'TSNamespaceExportDeclaration',
  'TSAbstractMethodDefinition',
  'TSAbstractPropertyDefinition',
  'TSAbstractAccessorProperty',
  'TSIndexSignature'
]);

/** Nodes that only TypeScript's own emit can bring to run. */
export const RUNS = new Set([
  'TSEnumDeclaration',
  'TSModuleDeclaration',
  'TSParameterProperty',
  'TSExportAssignment',
  'AccessorProperty',
  'Decorator'
]);

function isDeclared(node: Node): boolean {
  return 'declare' in node && node.declare === true && node.type !== 'PropertyDefinition';
}

/** Whether a node is type only, as a whole. */
export function isType(node: Node): boolean {
  return TYPE_STATEMENTS.has(node.type) || isDeclared(node);
}

/** Whether a node binds a name or names. */
export function isBinding(node: Node): boolean {
  return (
    node.type === 'Identifier' || node.type === 'ObjectPattern' || node.type === 'ArrayPattern'
  );
}

/** Offset of the colon of a node's annotation; null when it has none. */
export function annotationStart(node: object): number | null {
  const type: unknown = Reflect.get(node, 'typeAnnotation');
  return typeof type === 'object' && type !== null ? (type as { start: number }).start : null;
}

/** Offset behind the name that a node binds, before its mark and annotation. */
export function nameEnd(node: Node): number {
  if (node.type === 'Identifier') return node.start + node.name.length;
  return (annotationStart(node) ?? node.end) - 2;
}
