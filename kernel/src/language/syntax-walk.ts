/** A node of a parsed cell (ESTree with TypeScript's nodes); offsets are UTF-16. */
export interface SyntaxNode {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [field: string]: unknown;
}

/** Whether a field's value is a node. */
export function isNode(value: unknown): value is SyntaxNode {
  return (
    typeof value === 'object' &&
    value !== null &&
    typeof (value as { type?: unknown }).type === 'string' &&
    typeof (value as { start?: unknown }).start === 'number'
  );
}

/** Direct children of a node, with the field that holds them. */
export function* childrenOf(node: SyntaxNode): Generator<[string, SyntaxNode]> {
  for (const [field, value] of Object.entries(node)) {
    if (isNode(value)) yield [field, value];
    else if (Array.isArray(value)) for (const item of value) if (isNode(item)) yield [field, item];
  }
}

/** The node in a field; null when there is none. */
export function nodeIn(node: SyntaxNode, field: string): SyntaxNode | null {
  const value = node[field];
  return isNode(value) ? value : null;
}

/** The nodes in a field that holds a list. */
export function nodesIn(node: SyntaxNode, field: string): SyntaxNode[] {
  const value = node[field];
  return Array.isArray(value) ? value.filter(isNode) : [];
}

/** The text in a field; '' when it is no text. */
export function textIn(node: SyntaxNode, field: string): string {
  const value = node[field];
  return typeof value === 'string' ? value : '';
}

/** Names that a pattern binds: `{ a, b: [c, ...d] }` → a, c, d. */
export function boundNames(pattern: SyntaxNode): string[] {
  switch (pattern.type) {
    case 'Identifier':
      return [textIn(pattern, 'name')];
    case 'ObjectPattern':
      return nodesIn(pattern, 'properties').flatMap(property =>
        boundNames(
          nodeIn(property, property.type === 'RestElement' ? 'argument' : 'value') ?? property
        )
      );
    case 'ArrayPattern':
      return nodesIn(pattern, 'elements').flatMap(boundNames);
    case 'AssignmentPattern':
      return boundNames(nodeIn(pattern, 'left') ?? NOTHING);
    case 'RestElement':
      return boundNames(nodeIn(pattern, 'argument') ?? NOTHING);
    case 'TSParameterProperty':
      return boundNames(nodeIn(pattern, 'parameter') ?? NOTHING);
    default:
      return [];
  }
}

const NOTHING: SyntaxNode = { type: 'EmptyStatement', start: 0, end: 0 };
