/**
 * Judges one value of a model, whoever sets it.
 *
 * @returns the value
 * @throws TypeError, with the name of the value, when it does not fit
 */
export type Check = (value: unknown, name: string) => unknown;

const kind =
  (fits: (value: unknown) => boolean, what: string): Check =>
  (value, name) => {
    if (fits(value)) return value;
    throw new TypeError(`${name} takes ${what}`);
  };

/** Any value at all. */
export const anything: Check = value => value;
/** A finite number. */
export const number = kind(Number.isFinite, 'a number');
/** A whole number. */
export const whole = kind(Number.isSafeInteger, 'a whole number');
/** A whole number, or null for nothing. */
export const wholeOrNull = kind(
  value => value === null || Number.isSafeInteger(value),
  'a whole number or null'
);
/** Text. */
export const text = kind(value => typeof value === 'string', 'text');
/** Text, or null for what the front end does by itself. */
export const textOrNull = kind(
  value => value === null || typeof value === 'string',
  'text or null'
);
/** Yes or no. */
export const truth = kind(value => typeof value === 'boolean', 'true or false');
/** A list of texts. */
export const texts = kind(
  value => Array.isArray(value) && value.every(item => typeof item === 'string'),
  'a list of texts'
);

/** One of a few texts. */
export function oneOf(...choices: readonly string[]): Check {
  return kind(
    value => typeof value === 'string' && choices.includes(value),
    `one of ${choices.map(choice => `'${choice}'`).join(', ')}`
  );
}

/** `readoutFormat` as the state of a model writes it: `readout_format`. */
export function stateName(name: string): string {
  return name.replace(/[A-Z]/g, letter => `_${letter.toLowerCase()}`);
}

/** Options with the names of a model's state; what is undefined is left out. */
export function stateOf(options: object): Record<string, unknown> {
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given.map(([name, value]) => [stateName(name), value]));
}
