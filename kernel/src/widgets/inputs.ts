import * as is from './checks.js';
import {
  CHANGEABLE,
  DESCRIBED,
  controlModel,
  keptInRange,
  type CommonOptions,
  type Control
} from './controls.js';
import type { Listener } from './events.js';
import { Widget } from './widget.js';
import type { WidgetHost } from './widget-host.js';

/** A range of numbers and the value in it. */
export interface RangeOptions extends CommonOptions {
  readonly value?: number;
  readonly min?: number;
  readonly max?: number;
  readonly orientation?: 'horizontal' | 'vertical';
}

/** Options of a slider; whole numbers when step, min, max and value are. */
export interface SliderOptions extends RangeOptions {
  readonly step?: number;
  readonly readout?: boolean;
  readonly readoutFormat?: string;
  readonly continuousUpdate?: boolean;
}

/** Options of a progress bar. */
export interface ProgressOptions extends RangeOptions {
  readonly barStyle?: '' | 'success' | 'info' | 'warning' | 'danger';
  /** Only whole numbers. */
  readonly whole?: boolean;
}

/** Options of a line of text. */
export interface TextOptions extends CommonOptions {
  readonly value?: string;
  readonly placeholder?: string;
  readonly continuousUpdate?: boolean;
}

const ORIENTATION = ['horizontal', is.oneOf('horizontal', 'vertical')] as const;

/** A slider. @throws TypeError or RangeError when an option does not fit */
export function slider(host: WidgetHost, options: SliderOptions = {}): Widget {
  const { min = 0, max = 100, step = 1, value = min } = options;
  const isWhole = [min, max, step, value].every(Number.isInteger);
  const number = isWhole ? is.whole : is.number;
  const control: Control = {
    name: isWhole ? 'IntSlider' : 'FloatSlider',
    style: 'SliderStyle',
    values: {
      ...CHANGEABLE,
      behavior: ['drag-tap', is.text],
      continuous_update: [true, is.truth],
      max: [100, number],
      min: [0, number],
      orientation: ORIENTATION,
      readout: [true, is.truth],
      readout_format: [isWhole ? 'd' : '.2f', is.text],
      step: [step, number],
      value: [value, number]
    },
    settle: keptInRange
  };
  if (!(step > 0)) throw new RangeError('step takes a positive number');
  return new Widget(controlModel(host, control, options), [
    ...['value', 'min', 'max', 'step', 'description', 'disabled', 'tooltip', 'orientation'],
    ...['readout', 'readoutFormat', 'continuousUpdate']
  ]);
}

/** A bar that shows how far work has come. @throws TypeError or RangeError when an option does not fit */
export function progressBar(host: WidgetHost, options: ProgressOptions = {}): Widget {
  const { whole = false, ...given } = options;
  const number = whole ? is.whole : is.number;
  const control: Control = {
    name: whole ? 'IntProgress' : 'FloatProgress',
    view: 'Progress',
    style: 'ProgressStyle',
    values: {
      ...DESCRIBED,
      bar_style: ['', is.oneOf('', 'success', 'info', 'warning', 'danger')],
      max: [100, number],
      min: [0, number],
      orientation: ORIENTATION,
      value: [given.min ?? 0, number]
    },
    settle: keptInRange
  };
  const names = ['value', 'min', 'max', 'description', 'tooltip', 'orientation', 'barStyle'];
  return new Widget(controlModel(host, control, given), names);
}

/** A button; `onClick` is called at each click. @throws TypeError when an option does not fit */
export function button(
  host: WidgetHost,
  options: CommonOptions & { readonly icon?: string; readonly buttonStyle?: string } = {},
  onClick?: Listener
): Widget {
  const control: Control = {
    name: 'Button',
    style: 'ButtonStyle',
    values: {
      button_style: ['', is.oneOf('', 'primary', 'success', 'info', 'warning', 'danger')],
      description: ['', is.text],
      disabled: [false, is.truth],
      icon: ['', is.text]
    },
    events: ['click']
  };
  const names = ['description', 'disabled', 'tooltip', 'icon', 'buttonStyle'];
  const made = new Widget(controlModel(host, control, options), names);
  if (onClick) made.on('click', onClick);
  return made;
}

/** A line of text; 'submit' comes at Enter. @throws TypeError when an option does not fit */
export function textInput(host: WidgetHost, options: TextOptions = {}): Widget {
  const control: Control = {
    name: 'Text',
    style: 'TextStyle',
    values: {
      ...CHANGEABLE,
      continuous_update: [true, is.truth],
      placeholder: ['', is.text],
      value: ['', is.text]
    },
    events: ['submit']
  };
  const names = ['value', 'description', 'disabled', 'tooltip', 'placeholder', 'continuousUpdate'];
  return new Widget(controlModel(host, control, options), names);
}

/** A box to tick. @throws TypeError when an option does not fit */
export function checkbox(
  host: WidgetHost,
  options: CommonOptions & { readonly value?: boolean; readonly indent?: boolean } = {}
): Widget {
  const control: Control = {
    name: 'Checkbox',
    style: 'CheckboxStyle',
    values: { ...CHANGEABLE, indent: [true, is.truth], value: [false, is.truth] }
  };
  const names = ['value', 'description', 'disabled', 'tooltip', 'indent'];
  return new Widget(controlModel(host, control, options), names);
}

const shown = (name: 'HTML' | 'Label', style: 'HTMLStyle' | 'LabelStyle'): Control => ({
  name,
  style,
  values: { ...DESCRIBED, placeholder: ['', is.text], value: ['', is.text] }
});

/** HTML that can be changed. @throws TypeError when an option does not fit */
export function htmlWidget(host: WidgetHost, value = '', options: CommonOptions = {}): Widget {
  const model = controlModel(host, shown('HTML', 'HTMLStyle'), { ...options, ...{ value } });
  return new Widget(model, ['value', 'description', 'tooltip']);
}

/** Text that can be changed. @throws TypeError when an option does not fit */
export function label(host: WidgetHost, value = '', options: CommonOptions = {}): Widget {
  const model = controlModel(host, shown('Label', 'LabelStyle'), { ...options, ...{ value } });
  return new Widget(model, ['value', 'description', 'tooltip']);
}
