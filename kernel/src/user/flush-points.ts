type Method = (this: unknown, ...values: readonly unknown[]) => unknown;

/**
 * Calls back before this process starts another one, by whatever function, and before it may be gone: what a cell has
 * printed must neither come after what its child prints nor be lost. A place that this Node does not have is left out.
 */
export function flushBefore(flush: () => void): void {
  for (const [place, name] of points()) {
    const method: unknown = Reflect.get(place, name);
    if (typeof method !== 'function') continue;
    const call = method as Method;
    Reflect.set(place, name, function (this: unknown, ...values: readonly unknown[]) {
      flush();
      return Reflect.apply(call, this, values);
    } satisfies Method);
  }
}

function points(): (readonly [place: object, method: string])[] {
  const ends = ['abort', 'kill', 'reallyExit'].map(name => [process, name] as const);
  return [...ends, ...starts().map(place => [place, 'spawn'] as const)];
}

/** Objects through whose `spawn` child_process starts everything. */
function starts(): object[] {
  const binding: unknown = Reflect.get(process, 'binding');
  if (typeof binding !== 'function') return [];
  try {
    const sync: unknown = Reflect.apply(binding, process, ['spawn_sync']);
    const { Process } = Reflect.apply(binding, process, ['process_wrap']) as {
      Process: { prototype: object };
    };
    return [sync as object, Process.prototype];
  } catch {
    return [];
  }
}
