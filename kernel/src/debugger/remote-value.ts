import { fieldsOf, listOf, textIn, type Fields } from './dap.js';

const LONGEST = 1_000;
const SHOWN = 200;

/** A value of user code as text for a list of variables. */
export function remoteText(remote: Fields): string {
  const { type, subtype, value } = remote;
  const description = textIn(remote, 'description');
  if (type === 'string') return cut(JSON.stringify(value), LONGEST);
  if (type === 'undefined' || subtype === 'null') return subtype === 'null' ? 'null' : 'undefined';
  // Where types were there are spaces.
  if (type === 'function')
    return cut((description.split('\n')[0] ?? '').replace(/\s+/g, ' '), SHOWN);
  if (type !== 'object') return description === '' ? String(value) : description;
  if (subtype === 'error') return cut(description.split('\n')[0] ?? '', LONGEST);
  const preview = fieldsOf(remote['preview']);
  return 'properties' in preview ? previewText(description, preview) : cut(description, LONGEST);
}

/** What a value is, in one word. */
export function remoteType(remote: Fields): string {
  const { type, subtype } = remote;
  if (subtype === 'null') return 'null';
  return type === 'object' ? textIn(remote, 'className') || 'object' : String(type);
}

/** Number of items of an array, a typed array, a map or a set; null for other values. */
export function itemCount(remote: Fields): number | null {
  if (!/^(?:array|typedarray)$/.test(textIn(remote, 'subtype'))) return null;
  const count = /\((\d+)\)$/.exec(textIn(remote, 'description'))?.[1];
  return count === undefined ? null : Number(count);
}

function previewText(description: string, preview: Fields): string {
  const entries = listOf(preview['entries']);
  const properties = listOf(preview['properties']);
  const isList = preview['subtype'] === 'array' || preview['subtype'] === 'typedarray';
  const items =
    entries.length > 0 ? entries.map(entryText) : properties.map(one => propertyText(one, isList));
  if (preview['overflow'] === true) items.push('…');
  const inside = items.join(', ');
  if (isList) return `${description} [${inside}]`;
  if (description === 'Object') return `{${inside}}`;
  return items.length === 0 ? description : `${description} {${inside}}`;
}

function propertyText(property: Fields, isList: boolean): string {
  const name = textIn(property, 'name');
  const { type, subtype } = property;
  const text = textIn(property, 'value');
  const value =
    type === 'string'
      ? JSON.stringify(text)
      : type === 'accessor'
        ? '(getter)'
        : type === 'function'
          ? 'ƒ'
          : text || String(subtype ?? type);
  return isList && /^\d+$/.test(name) ? value : `${name}: ${value}`;
}

function entryText(entry: Fields): string {
  const text = (part: unknown) => textIn(fieldsOf(part), 'description') || '…';
  return 'key' in entry ? `${text(entry['key'])} => ${text(entry['value'])}` : text(entry['value']);
}

function cut(text: string, longest: number): string {
  return text.length > longest ? `${text.slice(0, longest)}…` : text;
}
