import type { Check } from './checks.js';
import { controlModel, type Control } from './controls.js';
import type { Css } from './looks.js';
import { Model } from './model.js';
import { Widget } from './widget.js';
import type { WidgetHost } from './widget-host.js';

const widgets: Check = (value, name) => {
  if (Array.isArray(value) && value.every(item => item instanceof Model)) return value;
  throw new TypeError(`${name} takes widgets`);
};

/** Widgets beside or below each other. */
export class Box extends Widget {
  #children: readonly Widget[] = [];

  constructor(model: Model, children: readonly Widget[]) {
    super(model, []);
    this.children = children;
  }

  /** The widgets in it. */
  get children(): readonly Widget[] {
    return this.#children;
  }

  /** @throws TypeError when something is no widget */
  set children(children: readonly Widget[]) {
    const models = children.map(child => {
      if (child instanceof Widget) return child.model;
      throw new TypeError('A box holds widgets');
    });
    this.model.set({ children: models });
    this.#children = [...children];
  }

  override set(values: Readonly<Record<string, unknown>>): void {
    const { children, ...rest } = values;
    if (children !== undefined) this.children = children as readonly Widget[];
    super.set(rest);
  }
}

/** A box; `name` tells whether its widgets lie beside or below each other. @throws TypeError when something is no widget */
export function box(
  host: WidgetHost,
  name: 'HBox' | 'VBox',
  { children, layout }: { readonly children: readonly Widget[]; readonly layout?: Css }
): Box {
  const control: Control = { name, values: { children: [[], widgets] } };
  return new Box(controlModel(host, control, layout ? { layout } : {}), children);
}
