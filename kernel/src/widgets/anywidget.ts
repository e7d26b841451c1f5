import { anything } from './checks.js';
import { layoutModel, namesOf, type Css } from './looks.js';
import { Model } from './model.js';
import { Widget } from './widget.js';
import type { State } from './buffers.js';
import type { WidgetHost } from './widget-host.js';
import { randomId } from '../user/random-id.js';

// The model of anywidget's front end has the same state in all its versions.
const FRONT_END = { module: 'anywidget', version: '*', name: 'Any' };

/** A widget of one's own. */
export interface AnywidgetOptions {
  /** A module that exports `render` by default, as source or as an address. */
  readonly esm: string;
  readonly css?: string;
  /** Values that cells and the module share; bytes may lie anywhere in them. */
  readonly state?: State;
  readonly layout?: Css;
}

class Anywidget extends Widget {
  protected override nameInState(name: string): string {
    return name;
  }
}

/** A widget whose view is a module of its author. @throws TypeError when a name of the state is taken */
export function anywidget(host: WidgetHost, options: AnywidgetOptions): Widget {
  const { esm, css = '', state = {}, layout } = options;
  if (typeof esm !== 'string' || typeof css !== 'string')
    throw new TypeError('anywidget takes the text of a module in esm and of a style sheet in css');
  const names = Object.keys(state);
  const taken = names.find(name => name.startsWith('_') || name in Widget.prototype);
  if (taken !== undefined) throw new TypeError(`A widget has a ${taken} of its own`);
  const fixed = {
    ...namesOf(FRONT_END),
    _anywidget_id: `wardbook.${randomId()}`,
    _css: css,
    _dom_classes: [],
    _esm: esm,
    layout: layoutModel(host, layout),
    tabbable: null,
    tooltip: null
  };
  const checks = Object.fromEntries(names.map(name => [name, anything]));
  return new Anywidget(new Model(host, fixed, { state, rules: { checks } }), names);
}
