/** Names and values of a model, as they travel. */
export type State = Readonly<Record<string, unknown>>;

/** State whose bytes travel beside the JSON: `bufferPaths[i]` is the place of `buffers[i]`. */
export interface Packed {
  readonly state: Record<string, unknown>;
  readonly bufferPaths: readonly (readonly (string | number)[])[];
  readonly buffers: readonly Uint8Array[];
}

type Place = string | number;

/**
 * Takes the bytes out of a state, wherever they lie in it.
 *
 * @param refer text that stands for an object, such as a reference to a model; null = the object itself travels
 * @returns a copy; a place in a list becomes null, a name of an object is left out
 */
export function pack(state: State, refer: (value: object) => string | null): Packed {
  const bufferPaths: Place[][] = [];
  const buffers: Uint8Array[] = [];
  const taken = (value: unknown, path: Place[]): unknown => {
    if (typeof value !== 'object' || value === null) return value;
    const bytes = bytesOf(value);
    if (bytes !== null) {
      bufferPaths.push(path);
      buffers.push(bytes);
      return undefined;
    }
    const reference = refer(value);
    if (reference !== null) return reference;
    if (Array.isArray(value)) return value.map((item, at) => taken(item, [...path, at]) ?? null);
    if ('toJSON' in value) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, item]) => [name, taken(item, [...path, name])])
    );
  };
  const entries = Object.entries(state).map(([name, value]) => [name, taken(value, [name])]);
  const kept = entries.filter(([, value]) => value !== undefined);
  return { state: Object.fromEntries(kept) as Record<string, unknown>, bufferPaths, buffers };
}

/** Puts the bytes of a message back where its paths say; a path that leads nowhere is left out. */
export function unpack(state: unknown, paths: unknown, buffers: readonly Uint8Array[]): State {
  if (!isRecord(state)) return {};
  const whole = structuredClone(state);
  const places: readonly unknown[] = Array.isArray(paths) ? paths : [];
  for (const [at, path] of places.entries()) {
    const bytes = buffers[at];
    if (bytes !== undefined && Array.isArray(path)) put(whole, path, bytes);
  }
  return whole;
}

/** Whether a value is an object with names, and no list. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function put(whole: object, path: readonly unknown[], bytes: Uint8Array): void {
  const last = path.at(-1);
  let place: unknown = whole;
  for (const step of path.slice(0, -1))
    place = isStep(step) && holds(place, step) ? Reflect.get(place, step) : null;
  if (typeof place !== 'object' || place === null || !isStep(last)) return;
  Object.defineProperty(place, last, {
    value: bytes,
    enumerable: true,
    configurable: true,
    writable: true
  });
}

function isStep(step: unknown): step is Place {
  return typeof step === 'string' || typeof step === 'number';
}

function holds(place: unknown, step: Place): place is object {
  return typeof place === 'object' && place !== null && Object.hasOwn(place, step);
}

function bytesOf(value: object): Uint8Array | null {
  if (value instanceof ArrayBuffer) return new Uint8Array(value);
  if (!ArrayBuffer.isView(value)) return null;
  return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
}
