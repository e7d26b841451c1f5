import { createRequire } from 'node:module';
import type { Comment, Node, Program } from 'oxc-parser';
import { blank } from './edits.js';
import { nativeParseSync } from './native-parser.js';

/** A fault of the syntax. Offsets are UTF-16 units of the source. */
export interface SyntaxFault {
  readonly message: string;
  readonly start: number;
  readonly end: number;
  /** What the parser advises; null when it has none. */
  readonly hint: string | null;
}

/** A source as a tree in ESTree form with TypeScript's nodes. */
export interface ParsedSource {
  readonly program: Program;
  readonly comments: readonly Pick<Comment, 'start' | 'end'>[];
  readonly faults: readonly SyntaxFault[];
}

type Parse = (source: string) => ParsedSource;

const require = createRequire(import.meta.url);
let parse: Parse | null = null;

/**
 * Parses a module of TypeScript. The native parser is loaded at the first call; where its binding does not load,
 * TypeScript's own parser answers in the same form.
 */
export function parseSource(source: string): ParsedSource {
  parse ??= nativeParser() ?? slowParser();
  return parse(source);
}

/** The native parser; null where this machine has no binding for it. */
export function nativeParser(): Parse | null {
  try {
    const parseSync = nativeParseSync();
    const options = {
      lang: 'ts',
      sourceType: 'module',
      astType: 'ts',
      preserveParens: false,
      showSemanticErrors: true
    } as const;
    return source => {
      const { program, comments, errors } = parseSync('cell.ts', source, options);
      const faults = errors.map(({ message, labels, helpMessage }) => ({
        message,
        start: labels.at(-1)?.start ?? 0,
        end: labels.at(-1)?.end ?? 0,
        hint: helpMessage
      }));
      return { program, comments, faults };
    };
  } catch {
    return null;
  }
}

/** TypeScript's parser in the form of the native one; it takes a quarter of a second to load. */
export function slowParser(): Parse {
  const { parse: parseTree } = require('@typescript-eslint/typescript-estree') as {
    parse: (source: string, options: object) => Program & { comments?: { range: number[] }[] };
  };
  return source => {
    try {
      const program = parseTree(source, { range: true, comment: true });
      withOffsets(program);
      const comments = (program.comments ?? []).map(({ range: [start = 0, end = 0] }) => ({
        start,
        end
      }));
      return { program, comments, faults: [] };
    } catch (error) {
      return { program: emptyProgram(source), comments: [], faults: [faultOf(error)] };
    }
  };
}

function faultOf(error: unknown): SyntaxFault {
  const { message, location } = error as {
    message: string;
    location?: { start?: { offset?: number }; end?: { offset?: number } };
  };
  const start = location?.start?.offset ?? 0;
  return { message, start, end: location?.end?.offset ?? start, hint: null };
}

function emptyProgram(source: string): Program {
  const span = { start: 0, end: source.length };
  return { type: 'Program', body: [], sourceType: 'module', hashbang: null, ...span };
}

function withOffsets(node: object): void {
  if ('range' in node && Array.isArray(node.range)) {
    const [start, end] = node.range as number[];
    Object.assign(node, { start, end });
  }
  for (const child of childrenOf(node as Node)) withOffsets(child);
}

const NOT_CHILDREN = new Set(['parent', 'loc', 'range', 'comments', 'tokens']);

/** The nodes directly below a node, in the order of its fields. */
export function childrenOf(node: Node): Node[] {
  const found: Node[] = [];
  for (const [key, value] of Object.entries(node) as [string, unknown][]) {
    if (typeof value !== 'object' || value === null || NOT_CHILDREN.has(key)) continue;
    if (Array.isArray(value)) found.push(...value.filter(isNode));
    else if (isNode(value)) found.push(value);
  }
  return found;
}

/** Whether a value of a tree is a node. */
export function isNode(value: unknown): value is Node {
  return (
    typeof value === 'object' &&
    value !== null &&
    'type' in value &&
    typeof value.type === 'string' &&
    ('start' in value || 'range' in value)
  );
}

/** A source of the same length whose comments are spaces. */
export function withoutComments(source: string, { comments }: ParsedSource): string {
  let bare = '';
  let at = 0;
  for (const { start, end } of comments) {
    bare += source.slice(at, start) + blank(source, start, end).text;
    at = end;
  }
  return bare + source.slice(at);
}
