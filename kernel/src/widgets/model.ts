import type { CommEvent, UserComm } from '../user/comms.js';
import { isRecord, pack, unpack, type Packed, type State } from './buffers.js';
import type { Check } from './checks.js';
import { Events } from './events.js';
import type { WidgetHost } from './widget-host.js';

/** What a model's state may be. */
export interface ModelRules {
  /** By name in the state; a front end may set these and no other. */
  readonly checks: Readonly<Record<string, Check>>;
  /** Further changes that follow from a state, such as a value kept in its range. @throws RangeError for a state that cannot be */
  readonly settle?: (state: State) => State;
  /** Custom messages `{ event }` that are events of their own, such as a click. */
  readonly events?: readonly string[];
}

/** One model of the widget protocol: its state here, kept equal with the front ends by a comm that opens at first use. */
export class Model {
  readonly events: Events;
  readonly #host: WidgetHost;
  readonly #rules: ModelRules;
  readonly #state: Record<string, unknown>;
  #comm: UserComm | null = null;

  /** @throws TypeError or RangeError when the state breaks the rules */
  constructor(host: WidgetHost, fixed: State, given: { state: State; rules: ModelRules }) {
    this.#host = host;
    this.#rules = given.rules;
    this.events = new Events(error => host.fault(error));
    this.#state = { ...fixed };
    Object.assign(this.#state, this.#judged(given.state));
  }

  /** The id under which front ends know the model; it is opened there first when it is not yet. */
  get id(): string {
    return this.#opened().id;
  }

  /** Whether front ends know the model. */
  get isOpen(): boolean {
    return this.#comm?.isOpen === true;
  }

  /** The whole state; models in it are objects here. */
  get state(): State {
    return this.#state;
  }

  /** The state as it travels. */
  packed(): Packed {
    return packed(this.#state);
  }

  /** Changes the state, tells front ends, then listeners. @throws TypeError or RangeError and changes nothing when a value does not fit */
  set(changes: State): void {
    void this.#changed(this.#judged(changes), true);
  }

  /** Sends a message that is no state. */
  send(content: unknown, buffers: readonly Uint8Array[] = []): void {
    this.#opened().send({ method: 'custom', content }, {}, buffers);
  }

  /** Ends the model at the front ends; showing it again opens it anew. */
  close(): void {
    this.#comm?.close();
    this.#ended();
  }

  #opened(): UserComm {
    if (this.#comm?.isOpen) return this.#comm;
    const comm = this.#host.open(this);
    this.#comm = comm;
    comm.onMessage(event => this.#take(event));
    comm.onClose(() => this.#ended());
    return comm;
  }

  #ended(): void {
    const { id } = this.#comm ?? {};
    if (id !== undefined) this.#host.forget(id);
    this.#comm = null;
    this.events.end(new Error('The widget was closed.'));
    void this.events.emit('close');
  }

  #take({ data, buffers }: CommEvent): Promise<void> | void {
    switch (data['method']) {
      case 'update':
        return this.events.handled(() =>
          this.#merge(unpack(data['state'], data['buffer_paths'], buffers))
        );
      case 'request_state':
        return this.#send('update', this.#state);
      case 'custom':
        return this.events.handled(() => this.#custom(data['content'], buffers));
    }
  }

  /** Takes what a front end changed; what does not fit is put right there. */
  async #merge(state: State): Promise<void> {
    const known = Object.entries(state).filter(([name]) => Object.hasOwn(this.#rules.checks, name));
    const fitting = Object.fromEntries(known.filter(([name, value]) => this.#fits(name, value)));
    const judged = this.#settled(fitting);
    const accepted = judged === null ? {} : fitting;
    const refused = known.map(([name]) => name).filter(name => !Object.hasOwn(accepted, name));
    // Every front end learns of it, and the one that sent it that it has arrived.
    if (Object.keys(accepted).length > 0) this.#send('echo_update', accepted);
    const further = Object.entries(judged ?? {}).filter(
      ([name, value]) => accepted[name] !== value
    );
    const kept = refused.map(name => [name, this.#state[name]] as const);
    if (further.length + kept.length > 0)
      this.#send('update', Object.fromEntries([...kept, ...further]));
    await this.#changed(judged ?? {}, false);
  }

  #fits(name: string, value: unknown): boolean {
    try {
      this.#check(name, value);
      return true;
    } catch {
      return false;
    }
  }

  /** Changes with what follows from them; null when they cannot be together. */
  #settled(changes: State): State | null {
    try {
      return this.#judged(changes);
    } catch {
      return null;
    }
  }

  #judged(changes: State): State {
    for (const [name, value] of Object.entries(changes)) this.#check(name, value);
    const { settle } = this.#rules;
    return settle ? { ...changes, ...settle({ ...this.#state, ...changes }) } : changes;
  }

  #check(name: string, value: unknown): void {
    const { checks } = this.#rules;
    const check = Object.hasOwn(checks, name) ? checks[name] : undefined;
    if (check === undefined) throw new TypeError(`There is nothing named ${name} to set`);
    check(value, name);
  }

  async #changed(changes: State, tell: boolean): Promise<void> {
    const changed = Object.entries(changes).filter(
      ([name, value]) => isObject(value) || !Object.is(value, this.#state[name])
    );
    Object.assign(this.#state, Object.fromEntries(changed));
    if (tell && changed.length > 0) this.#send('update', Object.fromEntries(changed));
    await Promise.all(changed.map(([name, value]) => this.events.emit(name, value)));
  }

  async #custom(content: unknown, buffers: readonly Uint8Array[]): Promise<void> {
    const event = isRecord(content) ? content['event'] : undefined;
    const isOwn = typeof event === 'string' && this.#rules.events?.includes(event) === true;
    await Promise.all([
      this.events.emit('message', content, buffers),
      isOwn ? this.events.emit(event) : undefined
    ]);
  }

  #send(method: 'update' | 'echo_update', state: State): void {
    if (!this.isOpen) return;
    const made = packed(state);
    this.#comm?.send(
      { method, state: made.state, buffer_paths: made.bufferPaths },
      {},
      made.buffers
    );
  }
}

function packed(state: State): Packed {
  return pack(state, value => (value instanceof Model ? `IPY_MODEL_${value.id}` : null));
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}
