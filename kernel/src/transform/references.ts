import type { Edit } from './edits.js';
import { CONSTANT } from './made-names.js';
import type { CellNames } from './names.js';
import type { Reference } from './scope.js';

/** Edits that make assignments to constants throw, and that keep a cell's own `JSON` apart from the realm's. */
export function referenceEdits(
  source: string,
  references: readonly Reference[],
  names: CellNames
): Edit[] {
  return references.flatMap(reference =>
    reference.kind === 'write' && names.isConstant(reference.name)
      ? constantEdits(source, reference)
      : renameEdits(reference, names)
  );
}

function constantEdits(source: string, { name, start, shorthand, parent }: Reference): Edit[] {
  const end = start + name.length;
  const logical =
    parent?.type === 'AssignmentExpression' && /^(&&|\|\||\?\?)=$/.exec(parent.operator);
  // `a ??= b` assigns only when it must: `a ?? ($const.a = b)`.
  if (parent?.type === 'AssignmentExpression' && logical) {
    const operator = source.indexOf(parent.operator, end) + parent.operator.length;
    return [
      { start: end, end: operator, text: ` ${logical[1] ?? ''} (${CONSTANT}.${name} =` },
      { start: parent.end, end: parent.end, text: ')' }
    ];
  }
  return [{ start, end: start, text: shorthand ? `${name}: ${CONSTANT}.` : `${CONSTANT}.` }];
}

function renameEdits({ name, start, shorthand }: Reference, names: CellNames): Edit[] {
  const made = names.made(name);
  if (made === name) return [];
  const text = shorthand ? `${name}: ${made}` : made;
  return [{ start, end: start + name.length, text }];
}
