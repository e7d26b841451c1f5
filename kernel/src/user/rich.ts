import { DISPLAY } from './mime.js';
import { plainText } from './plain-text.js';

/** A value that is shown as the given data by MIME type. */
export interface Rich {
  readonly [DISPLAY]: () => Readonly<Record<string, unknown>>;
}

/** Text, or a template literal: html`<b>${x}</b>`. */
type Text = string | TemplateStringsArray;

function rich(data: Readonly<Record<string, unknown>>): Rich {
  return { [DISPLAY]: () => data };
}

function joined(text: Text, values: readonly unknown[]): string {
  if (typeof text === 'string') return text;
  return text.map((part, at) => part + (at < values.length ? String(values[at]) : '')).join('');
}

const ofText =
  (type: string) =>
  (text: Text, ...values: unknown[]): Rich => {
    const content = joined(text, values);
    return rich({ [type]: content, 'text/plain': content });
  };

/** Makers of values that are more than text. None of them shows anything by itself: end a cell with one, or `display` it. */
export const richMakers = {
  html: ofText('text/html'),
  markdown: ofText('text/markdown'),
  latex: ofText('text/latex'),
  svg: ofText('image/svg+xml'),
  json: (value: unknown) => rich({ 'application/json': value, 'text/plain': plainText(value) }),
  vegaLite: (spec: unknown) =>
    rich({ 'application/vnd.vegalite.v5+json': spec, 'text/plain': 'Vega-Lite figure' }),
  image
};

const FORMATS: readonly (readonly [type: string, begins: readonly (number | null)[]])[] = [
  ['image/png', [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]],
  ['image/jpeg', [0xff, 0xd8, 0xff]],
  ['image/gif', [0x47, 0x49, 0x46, 0x38]],
  ['image/webp', [0x52, 0x49, 0x46, 0x46, null, null, null, null, 0x57, 0x45, 0x42, 0x50]]
];

/**
 * An image from its bytes.
 *
 * @param bytes of a PNG, JPEG, GIF or WebP file
 * @throws TypeError for anything else
 */
export function image(bytes: Uint8Array | ArrayBuffer): Rich {
  const view = bytes instanceof ArrayBuffer ? new Uint8Array(bytes) : bytes;
  if (!(view instanceof Uint8Array)) throw new TypeError('image() takes the bytes of a file');
  const format = FORMATS.find(([, begins]) =>
    begins.every((byte, at) => byte === null || view[at] === byte)
  );
  if (format === undefined) throw new TypeError('image() knows PNG, JPEG, GIF and WebP');
  const [type] = format;
  return rich({ [type]: view, 'text/plain': `${type}, ${view.length} bytes` });
}
