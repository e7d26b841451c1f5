import { plainText } from '../user/plain-text.js';
import * as is from './checks.js';
import { CHANGEABLE, controlModel, type CommonOptions, type Control } from './controls.js';
import type { Model } from './model.js';
import { Widget } from './widget.js';
import type { WidgetHost } from './widget-host.js';

/** What a person chooses from: values, `[label, value]` pairs, or values by label. */
export type Choices = readonly unknown[] | Readonly<Record<string, unknown>>;

/** Options of a dropdown. */
export interface DropdownOptions extends CommonOptions {
  readonly options: Choices;
  /** The value chosen at first; the first one when it is left out. */
  readonly value?: unknown;
}

type Pair = readonly [label: string, value: unknown];

const CONTROL: Control = {
  name: 'Dropdown',
  style: 'DescriptionStyle',
  values: { ...CHANGEABLE, _options_labels: [[], is.texts], index: [null, is.wholeOrNull] },
  settle: ({ _options_labels: labels, index }) => {
    const count = Array.isArray(labels) ? labels.length : 0;
    if (typeof index === 'number' && (index < 0 || index >= count))
      throw new RangeError(`There is no choice number ${index}`);
    return {};
  }
};

/** A list of which one is chosen. Front ends know the labels; the values stay here. */
export class Dropdown extends Widget {
  readonly #choices: { pairs: readonly Pair[] };

  constructor(model: Model, pairs: readonly Pair[]) {
    super(model, ['description', 'disabled', 'tooltip']);
    this.#choices = { pairs };
    model.events.on('index', () => model.events.emit('value', this.value));
  }

  /** Its label; null = none is chosen. */
  get label(): string | null {
    return this.#chosen()?.[0] ?? null;
  }

  /** The value that is chosen; null = none. */
  get value(): unknown {
    return this.#chosen()?.[1] ?? null;
  }

  /** @throws RangeError when it is no choice */
  set value(value: unknown) {
    this.model.set({ index: indexOf(this.#choices.pairs, value) });
  }

  /** The values to choose from; setting them chooses the first. */
  get options(): Choices {
    return this.#choices.pairs.map(([, value]) => value);
  }

  set options(options: Choices) {
    const before = this.model.state['index'];
    const pairs = pairsOf(options);
    this.#choices.pairs = pairs;
    const index = pairs.length > 0 ? 0 : null;
    this.model.set({ _options_labels: pairs.map(([label]) => label), index });
    if (before === index) void this.model.events.emit('value', this.value);
  }

  override set(values: Readonly<Record<string, unknown>>): void {
    for (const [name, value] of Object.entries(values))
      if (name === 'value') this.value = value;
      else if (name === 'options') this.options = value as Choices;
      else super.set({ [name]: value });
  }

  #chosen(): Pair | undefined {
    const index = this.model.state['index'];
    return typeof index === 'number' ? this.#choices.pairs[index] : undefined;
  }
}

/** A dropdown. @throws TypeError or RangeError when an option does not fit */
export function dropdown(host: WidgetHost, given: DropdownOptions): Dropdown {
  const { options, value, ...common } = given;
  const pairs = pairsOf(options);
  const first = pairs.length > 0 ? 0 : null;
  const model = controlModel(host, CONTROL, common);
  const index = 'value' in given && value !== undefined ? indexOf(pairs, value) : first;
  model.set({ _options_labels: pairs.map(([label]) => label), index });
  return new Dropdown(model, pairs);
}

function pairsOf(options: Choices): readonly Pair[] {
  if (!Array.isArray(options)) return Object.entries(options);
  return options.map((option: unknown): Pair => {
    const isPair = Array.isArray(option) && option.length === 2 && typeof option[0] === 'string';
    return isPair ? [option[0] as string, option[1]] : [String(option), option];
  });
}

function indexOf(pairs: readonly Pair[], value: unknown): number | null {
  if (value === null) return null;
  const index = pairs.findIndex(([, choice]) => Object.is(choice, value));
  if (index < 0) throw new RangeError(`${plainText(value)} is no choice`);
  return index;
}
