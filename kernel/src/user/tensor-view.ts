import type { MimeBundle } from './mime.js';
import { cut } from './plain-text.js';

const LONGEST_VALUES = 4_000;

interface TensorLike {
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly isDisposed: boolean;
  toString(): string;
}

/** A tfjs tensor or variable: type, shape and its first values; null for any other value. */
export function tensorBundle(value: object): MimeBundle | null {
  if (!isTensor(value)) return null;
  const size = value.shape.reduce((product, length) => product * length, 1);
  const head = `Tensor ${value.dtype} [${value.shape.join(' × ')}], ${size} values`;
  const text = value.isDisposed ? 'disposed' : cut(valuesOf(value), LONGEST_VALUES);
  return { data: { 'text/plain': `${head}\n${text}` }, metadata: {} };
}

function isTensor(value: object): value is TensorLike {
  return (
    'dataId' in value &&
    'dataSync' in value &&
    typeof value.dataSync === 'function' &&
    'dtype' in value &&
    typeof value.dtype === 'string' &&
    'shape' in value &&
    Array.isArray(value.shape)
  );
}

/** tfjs writes the corners of a large tensor itself. */
function valuesOf(tensor: TensorLike): string {
  return tensor
    .toString()
    .replace(/^Tensor\n?/, '')
    .trimEnd();
}
