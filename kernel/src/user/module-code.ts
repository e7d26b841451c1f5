import { relative } from 'node:path';
import type { ImportDeclaration } from 'oxc-parser';
import {
  applyEdits,
  blank,
  blankStatement,
  type Edit,
  type PositionMap
} from '../transform/edits.js';
import { emitTypeScript } from '../transform/emit.js';
import { eraseTypes } from '../transform/erase.js';
import { parseSource, withoutComments } from '../transform/parser.js';
import { topLevelOf } from '../transform/scope.js';
import { cellSyntaxError } from '../transform/syntax-error.js';

/** A module's JavaScript and the way back to what its author wrote. */
export interface ModuleCode {
  readonly code: string;
  readonly maps: readonly PositionMap[];
}

/** JavaScript of a local module. @throws SyntaxError whose `traceback` shows the place */
export function moduleCode(text: string, path: string): ModuleCode {
  if (!/\.m?ts$/.test(path)) return { code: text, maps: [] };
  const parsed = parseSource(text);
  const [fault] = parsed.faults;
  if (fault) throw cellSyntaxError(text, relative(process.cwd(), path), fault);
  const { edits, needsEmit } = eraseTypes(text, parsed);
  const used = new Set(topLevelOf(parsed.program).references.map(({ name }) => name));
  const bare = withoutComments(text, parsed);
  const unused = parsed.program.body.flatMap(statement =>
    statement.type === 'ImportDeclaration' ? unusedEdits(statement, used, { text, bare }) : []
  );
  if (!needsEmit) return { code: applyEdits(text, [...edits, ...unused]).code, maps: [] };
  const { code, map } = emitTypeScript(applyEdits(text, unused).code, false);
  return { code, maps: [map] };
}

/** Imported names that are never a value are types: they have no run-time counterpart. */
function unusedEdits(
  { specifiers, start, end }: ImportDeclaration,
  used: ReadonlySet<string>,
  { text, bare }: { readonly text: string; readonly bare: string }
): Edit[] {
  if (specifiers.length === 0) return [];
  const unused = specifiers.filter(({ local }) => !used.has(local.name));
  if (unused.length === specifiers.length) return [blankStatement(text, start, end)];
  return unused
    .filter(({ type }) => type === 'ImportSpecifier')
    .map(specifier => {
      const comma = /^\s*,/.exec(bare.slice(specifier.end))?.[0].length ?? 0;
      return blank(text, specifier.start, specifier.end + comma);
    });
}
