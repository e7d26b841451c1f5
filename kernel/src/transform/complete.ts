import ts from 'typescript';

/** Whether a cell can run as it is. `indent` for a console that goes on. */
export type Completeness =
  | { readonly status: 'complete' | 'invalid' }
  | { readonly status: 'incomplete'; readonly indent: string };

/** Codes of the TypeScript parser for text that ends too early. */
const UNFINISHED = new Set([1002, 1003, 1005, 1010, 1109, 1126, 1127, 1160, 1161, 1381, 1382]);

/** Answers `is_complete_request` by the parser: a fault at the very end may be mended by typing on. */
export function completenessOf(source: string): Completeness {
  const parsed = ts.createSourceFile(
    'cell.ts',
    source,
    ts.ScriptTarget.ES2023,
    true,
    ts.ScriptKind.TS
  );
  const { parseDiagnostics = [] } = parsed as ts.SourceFile & {
    readonly parseDiagnostics?: readonly ts.Diagnostic[];
  };
  const [first] = parseDiagnostics;
  if (first === undefined) return { status: 'complete' };
  const end = source.trimEnd().length;
  const atEnd = parseDiagnostics.every(
    ({ start = 0, length = 0 }) => start + length >= end || start >= end
  );
  const template = /unterminated template/i.test(
    ts.flattenDiagnosticMessageText(first.messageText, ' ')
  );
  if ((atEnd && UNFINISHED.has(first.code)) || template) {
    const last = source.split('\n').at(-1) ?? '';
    const indent = /^\s*/.exec(last)?.[0] ?? '';
    return { status: 'incomplete', indent: /[{([]\s*$/.test(last) ? `${indent}  ` : indent };
  }
  return { status: 'invalid' };
}
