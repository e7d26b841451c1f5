import { symbolBefore, toCodePoints, toUtf16 } from '../protocol/positions.js';
import type { Completion, CompletionItem } from './answers.js';
import type { LanguageService } from './service.js';

/** What the user process knows of living values; empty or null while user code is busy. */
export interface LiveValues {
  /** Names after a member expression; all names for ''. */
  members(expression: string): Promise<string[]>;
  /** Text of a value; null when there is none. */
  describe(expression: string): Promise<string | null>;
}

/** A text and the cursor in it, counted in Unicode code points as Jupyter does. */
export interface Cursor {
  readonly code: string;
  readonly cursor: number;
}

type Content = Record<string, unknown>;

/** How long living values are waited for once the types are known, ms; a busy cell must not delay them. */
const LIVE_MS = 40;
/** The same when there are no types. */
const LIVE_ALONE_MS = 400;
const NAME = /^[A-Za-z_$][\w$]*$/;
// Names of the kernel's own machinery.
const HIDDEN = /^\$|\$cell$/;

/** Content of a `complete_reply`: typed items, then living names that the types do not know. */
export async function completeReply(
  service: Pick<LanguageService, 'complete'>,
  live: LiveValues,
  { code, cursor }: Cursor
): Promise<Content> {
  const at = toUtf16(code, cursor);
  const { expression, prefix } = symbolBefore(code.slice(0, at));
  const isText = insideText(code.slice(0, at));
  const values =
    isText || (expression === '' && prefix === '') ? Promise.resolve([]) : live.members(expression);
  const typed = await service.complete(code, at);
  const names = await within(values, typed === null ? LIVE_ALONE_MS : LIVE_MS, []);
  const items = exactCase(merged(typed, isText ? [] : living(names, prefix, at)), prefix);
  const start = Math.min(at, ...items.map(item => item.start));
  const end = Math.max(at, ...items.map(item => item.end));
  const shown = items.map(item => ({ item, text: wholeText(item, code, start, end) }));
  const codePoints = (offset: number) => toCodePoints(code.slice(0, offset));
  return {
    status: 'ok',
    matches: shown.map(({ text }) => text),
    cursor_start: codePoints(start),
    cursor_end: codePoints(end),
    metadata: {
      _jupyter_types_experimental: shown.map(({ item, text }) => ({
        text,
        type: item.kind,
        start: codePoints(start),
        end: codePoints(end),
        ...(item.detail !== null && { signature: item.detail })
      }))
    }
  };
}

/** Content of an `inspect_reply`: the call around the cursor, the name under it, its living value. */
export async function inspectReply(
  service: Pick<LanguageService, 'hover' | 'signature'>,
  live: LiveValues,
  { code, cursor }: Cursor
): Promise<Content> {
  const at = toUtf16(code, cursor);
  const after = /^[\w$]*/.exec(code.slice(at))?.[0] ?? '';
  const { expression, prefix } = symbolBefore(code.slice(0, at) + after);
  const name = expression === '' ? prefix : `${expression}.${prefix}`;
  const value = prefix === '' ? Promise.resolve(null) : live.describe(name);
  const [hover, signature] = await Promise.all([
    service.hover(code, prefix === '' ? at : at + after.length - 1),
    service.signature(code, at)
  ]);
  const text = await within(
    value,
    hover === null && signature === null ? LIVE_ALONE_MS : LIVE_MS,
    null
  );
  // What the types do not know, they call `any`: that alone tells nothing.
  const isKnown = text !== null || hover?.plain.trim() !== 'any';
  const parts = [
    isKnown ? hover : null,
    signature,
    text === null
      ? null
      : { plain: `Value: ${text}`, markdown: `Value:\n\n\`\`\`\n${text}\n\`\`\`` }
  ].filter(part => part !== null);
  const data = {
    'text/plain': parts.map(({ plain }) => plain).join('\n\n'),
    'text/markdown': parts.map(({ markdown }) => markdown).join('\n\n')
  };
  return {
    status: 'ok',
    found: parts.length > 0,
    data: parts.length > 0 ? data : {},
    metadata: {}
  };
}

// `Math.sqr` means `sqrt`: names in another case are offered only where there is none in this one.
function exactCase(items: readonly CompletionItem[], prefix: string): readonly CompletionItem[] {
  const exact = items.filter(({ text }) => text.startsWith(prefix));
  return prefix === '' || exact.length === 0 ? items : exact;
}

function merged(typed: Completion | null, names: readonly CompletionItem[]): CompletionItem[] {
  const items = typed?.items ?? [];
  const known = new Set(items.map(({ text }) => text));
  return [...items, ...names.filter(({ text }) => !known.has(text))];
}

function living(names: readonly string[], prefix: string, at: number): CompletionItem[] {
  const wanted = prefix.toLowerCase();
  // `__proto__` and its like are offered to those who ask for them.
  const isPlain = (name: string) => !name.startsWith('__') || prefix.startsWith('_');
  return [...new Set(names)]
    .filter(isPlain)
    .filter(name => NAME.test(name) && !HIDDEN.test(name) && name.toLowerCase().startsWith(wanted))
    .sort()
    .map(text => ({
      text,
      kind: 'instance',
      start: at - prefix.length,
      end: at,
      sort: '~',
      detail: null
    }));
}

// One range for all matches: an item with a smaller one takes the text around it along.
function wholeText(item: CompletionItem, code: string, start: number, end: number): string {
  return code.slice(start, item.start) + item.text + code.slice(item.end, end);
}

// Inside of quotes only the types know what fits.
function insideText(before: string): boolean {
  const line = before.slice(before.lastIndexOf('\n') + 1);
  let quote = '';
  for (let index = 0; index < line.length; index += 1) {
    const character = line[index] ?? '';
    if (character === '\\') index += 1;
    else if (quote === '' && /['"]/.test(character)) quote = character;
    else if (character === quote) quote = '';
  }
  return quote !== '';
}

function within<T>(promise: Promise<T>, limitMs: number, otherwise: T): Promise<T> {
  return new Promise(resolve => {
    const limit = setTimeout(() => resolve(otherwise), limitMs);
    promise.then(
      value => {
        clearTimeout(limit);
        resolve(value);
      },
      () => resolve(otherwise)
    );
  });
}
