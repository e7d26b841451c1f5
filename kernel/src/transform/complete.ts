import { withoutMagics } from './magics.js';
import { parseSource } from './parser.js';

/** Whether a cell can run as it is. `indent` for a console that goes on. */
export type Completeness =
  | { readonly status: 'complete' | 'invalid' }
  | { readonly status: 'incomplete'; readonly indent: string };

const UNFINISHED = /^Unterminated (?:string|template|multiline comment)/;

/** Answers `is_complete_request` by the parser: a fault at the very end may be mended by typing on. */
export function completenessOf(source: string): Completeness {
  const code = withoutMagics(source);
  const [first] = parseSource(code).faults;
  if (first === undefined || isObject(code)) return { status: 'complete' };
  return needsMore(code, first) ? incomplete(code) : { status: 'invalid' };
}

function needsMore(code: string, fault: { message: string; start: number; end: number }): boolean {
  const end = code.trimEnd().length;
  if (UNFINISHED.test(fault.message)) {
    // A string in quotes cannot go on in the next line; a template or a comment can.
    const opening = code[fault.start];
    return opening === '`' || opening === '/' || opening === '}';
  }
  return (
    fault.start >= end || (fault.end >= end && /\bfound `EOF`|expected after/.test(fault.message))
  );
}

function isObject(code: string): boolean {
  const text = code.trim();
  return text.startsWith('{') && parseSource(`(${text.replace(/;+$/, '')})`).faults.length === 0;
}

function incomplete(source: string): Completeness {
  const last = source.split('\n').at(-1) ?? '';
  const indent = /^\s*/.exec(last)?.[0] ?? '';
  return { status: 'incomplete', indent: /[{([]\s*$/.test(last) ? `${indent}  ` : indent };
}
