import { anywidget, type AnywidgetOptions } from './anywidget.js';
import { box } from './boxes.js';
import { dropdown, type DropdownOptions } from './dropdown.js';
import type { Listener } from './events.js';
import * as inputs from './inputs.js';
import { linkValue } from './link.js';
import type { Css } from './looks.js';
import type { Widget } from './widget.js';
import type { WidgetHost } from './widget-host.js';
import type { CommonOptions } from './controls.js';

/** Makers of widgets, by the names that cells call them. */
export function widgetMakers(host: WidgetHost) {
  const boxOf =
    (name: 'HBox' | 'VBox') => (children: readonly Widget[], given?: { layout?: Css }) =>
      box(host, name, { children, ...given });
  return {
    slider: (options?: inputs.SliderOptions) => inputs.slider(host, options),
    progressBar: (options?: inputs.ProgressOptions) => inputs.progressBar(host, options),
    button: (options?: CommonOptions, onClick?: Listener) => inputs.button(host, options, onClick),
    textInput: (options?: inputs.TextOptions) => inputs.textInput(host, options),
    checkbox: (options?: Parameters<typeof inputs.checkbox>[1]) => inputs.checkbox(host, options),
    dropdown: (options: DropdownOptions) => dropdown(host, options),
    htmlWidget: (value?: string, options?: CommonOptions) =>
      inputs.htmlWidget(host, value, options),
    label: (value?: string, options?: CommonOptions) => inputs.label(host, value, options),
    hbox: boxOf('HBox'),
    vbox: boxOf('VBox'),
    anywidget: (options: AnywidgetOptions) => anywidget(host, options),
    linkValue
  };
}
