import { Signal, type ISignal } from '@lumino/signaling';
import type { FederationView } from '@wardbook/protocol';
import type { Lab } from '../lab';

const RETRY_MS = 1_500;

/** The live state of the federation, pushed by the coordinator through the lab. */
export class FederationFeed {
  readonly #lab: Lab | null;
  readonly #changed = new Signal<FederationFeed, FederationView | null>(this);
  #view: FederationView | null = null;

  /** @param lab null where no Wardbook lab serves the page: then there is never a state */
  constructor(lab: Lab | null) {
    this.#lab = lab;
    if (lab !== null) this.#connect(lab);
  }

  /** Whether a lab brings the state here. */
  get isHere(): boolean {
    return this.#lab !== null;
  }

  /** The last state; null while the coordinator cannot be reached. */
  get view(): FederationView | null {
    return this.#view;
  }

  /** Tells every change. */
  get changed(): ISignal<FederationFeed, FederationView | null> {
    return this.#changed;
  }

  #connect(lab: Lab): void {
    const socket = new WebSocket(lab.federationEventsUrl);
    socket.onmessage = ({ data }) => this.#set(JSON.parse(String(data)) as FederationView);
    socket.onclose = () => {
      this.#set(null);
      setTimeout(() => this.#connect(lab), RETRY_MS);
    };
  }

  #set(view: FederationView | null): void {
    this.#view = view;
    this.#changed.emit(view);
  }
}
