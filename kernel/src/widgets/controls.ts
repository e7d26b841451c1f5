import { stateOf, type Check } from './checks.js';
import * as is from './checks.js';
import { controlNames, layoutModel, styleModel, type Css, type STYLE_NAMES } from './looks.js';
import { Model, type ModelRules } from './model.js';
import type { State } from './buffers.js';
import type { WidgetHost } from './widget-host.js';

/** What every widget can be given. */
export interface CommonOptions {
  readonly description?: string;
  readonly tooltip?: string | null;
  readonly disabled?: boolean;
  readonly layout?: Css;
  readonly style?: Css;
}

/** How a control of the standard library is made. */
export interface Control {
  /** Name of its model and view, such as `IntSlider`. */
  readonly name: string;
  /** Name of the view where it is not the model's. */
  readonly view?: string;
  readonly style?: keyof typeof STYLE_NAMES;
  /** Values by name in the state: what they are at first and what they may be. */
  readonly values: Readonly<Record<string, readonly [first: unknown, check: Check]>>;
  readonly settle?: NonNullable<ModelRules['settle']>;
  readonly events?: readonly string[];
}

const COMMON: Control['values'] = {
  tabbable: [null, is.anything],
  tooltip: [null, is.textOrNull]
};

/** Values of controls that have a description beside them. */
export const DESCRIBED: Control['values'] = {
  description: ['', is.text],
  description_allow_html: [false, is.truth]
};

/** Values of controls that a person can change. */
export const CHANGEABLE: Control['values'] = { ...DESCRIBED, disabled: [false, is.truth] };

/** The model of a control with its layout and style. @throws TypeError or RangeError when an option does not fit */
export function controlModel(
  host: WidgetHost,
  control: Control,
  { layout, style, ...options }: Pick<CommonOptions, 'layout' | 'style'>
): Model {
  const values = Object.entries({ ...COMMON, ...control.values });
  const first = Object.fromEntries(values.map(([name, [value]]) => [name, value]));
  const checks = Object.fromEntries(values.map(([name, [, check]]) => [name, check]));
  const fixed: Record<string, unknown> = {
    ...controlNames(control.name, control.view),
    _dom_classes: [],
    layout: layoutModel(host, layout),
    ...first
  };
  if (control.style !== undefined) fixed['style'] = styleModel(host, control.style, style);
  else if (style !== undefined) throw new TypeError(`${control.name} has no style`);
  const { settle, events } = control;
  const rules = { checks, ...(settle && { settle }), ...(events && { events }) };
  return new Model(host, fixed, { state: stateOf(options), rules });
}

/** Keeps a value between `min` and `max`. @throws RangeError when `min` lies above `max` */
export function keptInRange({ min, max, value }: State): State {
  const low = Number(min);
  const high = Number(max);
  if (low > high) throw new RangeError(`min ${low} lies above max ${high}`);
  const kept = Math.min(high, Math.max(low, Number(value)));
  return kept === value ? {} : { value: kept };
}
