import type { CellDocument } from './virtual-notebook.js';
import { TextLines, type TextRange } from './text-positions.js';

/** One thing that may be typed. Offsets are UTF-16, in the cell. */
export interface CompletionItem {
  readonly text: string;
  /** JupyterLab's word for the kind: `function`, `property`, `class`, … */
  readonly kind: string;
  readonly start: number;
  readonly end: number;
  /** Order among the items; smaller goes first. */
  readonly sort: string;
  /** Type or signature, when it was asked for. */
  readonly detail: string | null;
}

/** What the language service would type at a place. */
export interface Completion {
  readonly items: readonly CompletionItem[];
}

/** What the language service says about a name or a call. */
export interface Explanation {
  readonly plain: string;
  readonly markdown: string;
}

/** A fault of a cell. Offsets are UTF-16, in the cell; `to` is not part of it. */
export interface Problem {
  readonly from: number;
  readonly to: number;
  readonly severity: 'error' | 'warning';
  /** Number of the TypeScript diagnostic. */
  readonly code: number;
  readonly message: string;
}

type Json = Readonly<Record<string, unknown>>;

// CompletionItemKind of the language server protocol → JupyterLab.
const KINDS: readonly string[] = [
  'text',
  'text',
  'method',
  'function',
  'function',
  'property',
  'variable',
  'class',
  'interface',
  'module',
  'property',
  'unit',
  'value',
  'enum',
  'keyword',
  'snippet',
  'color',
  'file',
  'reference',
  'folder',
  'enum member',
  'constant',
  'struct',
  'event',
  'operator',
  'type parameter'
];

/** Raw items of a completion answer. */
export function rawItems(answer: unknown): readonly Json[] {
  if (Array.isArray(answer)) return answer as Json[];
  const items = asJson(answer)['items'];
  return Array.isArray(items) ? (items as Json[]) : [];
}

/** Reads one item of a completion answer. @param at offset of the cursor in the cell */
export function completionItem(
  item: Json,
  answer: unknown,
  { document, source, at }: { document: CellDocument; source: string; at: number }
): CompletionItem {
  const edit = asJson(item['textEdit']);
  const defaults = asJson(asJson(answer)['itemDefaults'])['editRange'];
  const range = (edit['range'] ?? edit['replace'] ?? defaults) as TextRange | undefined;
  const word = /[\w$]*$/.exec(source.slice(0, at))?.[0] ?? '';
  const [start, end] =
    range === undefined || !('start' in range)
      ? [at - word.length, at]
      : rangeInCell(range, document);
  const text = edit['newText'] ?? item['insertText'] ?? item['label'];
  return {
    text: String(text),
    kind: KINDS[Number(item['kind'])] ?? 'text',
    start,
    end,
    sort: typeof item['sortText'] === 'string' ? item['sortText'] : '~',
    detail: typeof item['detail'] === 'string' ? item['detail'] : null
  };
}

/** The explanation in a hover answer; null when there is none. */
export function explanationOf(answer: unknown): Explanation | null {
  const { contents } = asJson(answer);
  const markdown = typeof contents === 'string' ? contents : textField(contents, 'value');
  return markdown.trim() === '' ? null : { plain: plainOf(markdown), markdown: markdown.trim() };
}

/** The active signature in a signature answer, its active parameter in bold; null when there is none. */
export function signatureOf(answer: unknown): Explanation | null {
  const { signatures, activeSignature, activeParameter } = asJson(answer);
  if (!Array.isArray(signatures)) return null;
  const active = asJson(signatures[Number(activeSignature ?? 0)] ?? signatures[0]);
  const label = textField(active, 'label');
  if (label === '') return null;
  const parameters = (Array.isArray(active['parameters']) ? active['parameters'] : []) as Json[];
  const at = Number(active['activeParameter'] ?? activeParameter ?? 0);
  const parameter = parameters[at];
  const docs = [documentation(active), parameter && parameterLine(label, parameter)].filter(
    text => typeof text === 'string' && text !== ''
  );
  const others = signatures.length > 1 ? [`${signatures.length} overloads`] : [];
  const markdown = [`\`\`\`typescript\n${label}\n\`\`\``, ...docs, ...others].join('\n\n');
  return { plain: plainOf(markdown), markdown };
}

function parameterLine(label: string, parameter: Json): string {
  const { label: own } = parameter;
  const name = Array.isArray(own) ? label.slice(Number(own[0]), Number(own[1])) : String(own);
  const text = documentation(parameter);
  return `**${name}**${text === '' ? '' : `: ${text}`}`;
}

function documentation(item: Json): string {
  const { documentation: text } = item;
  return typeof text === 'string' ? text : textField(text, 'value');
}

function plainOf(markdown: string): string {
  return markdown
    .replaceAll(/^```\w*\n?/gm, '')
    .replaceAll(/\*\*(.+?)\*\*/g, '$1')
    .replaceAll(/^\*@(\w+)\*/gm, '@$1')
    .replaceAll(/\n{3,}/g, '\n\n')
    .trim();
}

/** Offsets in the cell of a range in its document. */
export function rangeInCell(range: TextRange, document: CellDocument): [number, number] {
  const lines = new TextLines(document.text);
  return [lines.offsetAt(range.start) - document.from, lines.offsetAt(range.end) - document.from];
}

function textField(value: unknown, field: string): string {
  const text = asJson(value)[field];
  return typeof text === 'string' ? text : '';
}

/** A value as an object; empty when it is none. */
export function asJson(value: unknown): Json {
  return typeof value === 'object' && value !== null ? (value as Json) : {};
}
