import { Widget } from './widget.js';

/**
 * Keeps the value of a widget equal to another's; with `convert` only from the first to the second.
 *
 * @returns removes the link
 * @throws TypeError when one is no widget
 */
export function linkValue(
  from: Widget,
  to: Widget,
  convert?: (value: unknown) => unknown
): () => void {
  if (!(from instanceof Widget) || !(to instanceof Widget))
    throw new TypeError('linkValue takes two widgets');
  let isPassing = false;
  const pass = (target: Widget, value: unknown) => {
    // The target tells its own change, also one that its range made; it must not come back.
    if (isPassing) return;
    isPassing = true;
    try {
      target.set({ value });
    } finally {
      isPassing = false;
    }
  };
  const forward = (value: unknown) => pass(to, convert ? convert(value) : value);
  forward(Reflect.get(from, 'value'));
  const ends = [from.on('value', forward)];
  if (!convert) ends.push(to.on('value', (value: unknown) => pass(from, value)));
  return () => ends.forEach(end => end());
}
