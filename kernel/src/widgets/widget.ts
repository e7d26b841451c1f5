import { inspect } from 'node:util';
import { DISPLAY } from '../user/mime.js';
import { plainText } from '../user/plain-text.js';
import { stateName, stateOf } from './checks.js';
import type { Listener, Wait } from './events.js';
import type { Css } from './looks.js';
import { Model } from './model.js';

const VIEW = 'application/vnd.jupyter.widget-view+json';

/** Sets the CSS of a widget. */
export interface Look {
  /** @throws TypeError for an unknown name */
  readonly set: (css: Css) => void;
}

/** A widget as cells use it: its values are properties, and what a person does comes as events. */
export class Widget {
  readonly #model: Model;
  /** The names of its values. */
  readonly #names: readonly string[];

  /** `names` are the values that become properties; in the state of the model they are written in snake case. */
  constructor(model: Model, names: readonly string[]) {
    this.#model = model;
    this.#names = names;
    for (const name of names)
      Object.defineProperty(this, name, {
        get: () => model.state[this.nameInState(name)],
        set: (value: unknown) => model.set({ [this.nameInState(name)]: value }),
        enumerable: true,
        configurable: true
      });
  }

  /** Its id at the front ends, which learn of the widget when this is read first. */
  get id(): string {
    return this.#model.id;
  }

  /** Its model, for widgets that hold others. */
  get model(): Model {
    return this.#model;
  }

  /** Size and place. */
  get layout(): Look {
    return this.#look('layout');
  }

  /** Colours and fonts. */
  get style(): Look {
    return this.#look('style');
  }

  /** Changes several values by one message. @throws TypeError or RangeError and changes nothing when one does not fit */
  set(values: Readonly<Record<string, unknown>>): void {
    const named = Object.entries(values).map(([name, value]) => [this.nameInState(name), value]);
    this.#model.set(Object.fromEntries(named) as Record<string, unknown>);
  }

  /** Calls a listener at each event: the name of a value, 'click', 'submit', 'message' or 'close'. The answer removes it. */
  on(event: string, listener: Listener): () => void {
    return this.#model.events.on(this.nameInState(event), listener);
  }

  /** Resolves with what the next event of a name brings. Rejects when the widget is closed or the signal ends the wait. */
  next(event: string, wait?: Wait): Promise<unknown> {
    return this.#model.events.next(this.nameInState(event), wait);
  }

  /** Sends a message that is no state to the views. */
  send(content: unknown, buffers?: readonly Uint8Array[]): void {
    this.#model.send(content, buffers);
  }

  /** Removes the widget from the front ends. */
  close(): void {
    for (const part of ['layout', 'style'])
      if (this.#model.state[part] instanceof Model) this.#model.state[part].close();
    this.#model.close();
  }

  [DISPLAY](): Readonly<Record<string, unknown>> {
    return {
      'text/plain': this[inspect.custom](),
      [VIEW]: { version_major: 2, version_minor: 0, model_id: this.id }
    };
  }

  [inspect.custom](): string {
    const shown = this.#names.filter(
      name => !['', 'null', 'false'].includes(String(this.#shown(name)))
    );
    const values = shown.map(name => `${name}: ${plainText(this.#shown(name))}`).join(', ');
    const kind = String(this.#model.state['_model_name']).replace(/Model$/, '');
    return values === '' ? kind : `${kind} { ${values} }`;
  }

  /** A name as the state of the model writes it. */
  protected nameInState(name: string): string {
    return stateName(name);
  }

  #shown(name: string): unknown {
    return Reflect.get(this, name);
  }

  #look(part: 'layout' | 'style'): Look {
    const model = this.#model.state[part];
    return {
      set: css => {
        if (!(model instanceof Model)) throw new TypeError(`This widget has no ${part}`);
        model.set(stateOf(css));
      }
    };
  }
}
