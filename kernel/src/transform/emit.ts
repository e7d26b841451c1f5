import { createRequire } from 'node:module';
import { lineStarts, type PositionMap } from './edits.js';

const require = createRequire(import.meta.url);

/** JavaScript of TypeScript's own emit with the way back to its source. */
export interface Emitted {
  readonly code: string;
  readonly map: PositionMap;
}

/**
 * Emits what has run-time meaning beyond JavaScript: enums, namespaces, parameter properties, decorators, `using`.
 * TypeScript is loaded at the first call (a quarter of a second).
 *
 * @param legacyDecorators parameter decorators exist in TypeScript's own form only
 */
export function emitTypeScript(source: string, legacyDecorators: boolean): Emitted {
  const ts = require('typescript') as typeof import('typescript');
  const { outputText, sourceMapText } = ts.transpileModule(source, {
    fileName: 'cell.ts',
    compilerOptions: {
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.ESNext,
      verbatimModuleSyntax: true,
      isolatedModules: true,
      preserveConstEnums: true,
      experimentalDecorators: legacyDecorators,
      useDefineForClassFields: true,
      sourceMap: true
    }
  });
  const code = outputText.replace(/\n\/\/# sourceMappingURL=.*\s*$/, '\n');
  const { mappings } = JSON.parse(sourceMapText ?? '{"mappings":""}') as { mappings: string };
  return { code, map: positionsOf(mappings, { source, code }) };
}

/** A source map's `mappings` as offsets. */
export function positionsOf(
  mappings: string,
  { source, code }: { readonly source: string; readonly code: string }
): PositionMap {
  const sourceLines = lineStarts(source);
  const madeLines = lineStarts(code);
  const map: [number, number, 0 | 1][] = [];
  let [line, column] = [0, 0];
  mappings.split(';').forEach((group, madeLine) => {
    let madeColumn = 0;
    for (const segment of group === '' ? [] : group.split(',')) {
      const [made = 0, , lines, columns] = decoded(segment);
      madeColumn += made;
      if (lines === undefined || columns === undefined) continue;
      line += lines;
      column += columns;
      map.push([(madeLines[madeLine] ?? 0) + madeColumn, (sourceLines[line] ?? 0) + column, 0]);
    }
  });
  return map;
}

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

function decoded(segment: string): number[] {
  const numbers: number[] = [];
  let [value, shift] = [0, 0];
  for (const character of segment) {
    const digit = DIGITS.indexOf(character);
    value += (digit & 31) << shift;
    shift += 5;
    if ((digit & 32) !== 0) continue;
    numbers.push((value & 1) === 1 ? -(value >> 1) : value >> 1);
    [value, shift] = [0, 0];
  }
  return numbers;
}
