import { Token } from '@lumino/coreutils';
import { Signal, type ISignal } from '@lumino/signaling';
import type { Lab } from '../lab';
import { RoomClient } from './room-client';
import type { RoomNotebook } from './room-notebook';

/** The shared notebooks of the page, for other plugins. */
export const IRooms = new Token<RoomRegistry>(
  '@wardbook/jupyterlab-extension:IRooms',
  'The shared notebooks that this page is in.'
);

/** The rooms that this page is in, by path and by shared model. */
export class RoomRegistry {
  readonly #lab: Lab;
  readonly #byPath = new Map<string, Promise<RoomClient>>();
  readonly #byModel = new WeakMap<object, RoomClient>();
  readonly #joined = new Signal<RoomRegistry, RoomClient>(this);

  constructor(lab: Lab) {
    this.#lab = lab;
  }

  /** Tells of every room that is joined. */
  get joined(): ISignal<RoomRegistry, RoomClient> {
    return this.#joined;
  }

  /** Joins the room of a notebook with a model that was just made. */
  join(path: string, model: RoomNotebook): void {
    const room = this.#lab.open(path).then(document => {
      const url = this.#lab.roomUrl(document.document);
      const client = new RoomClient(document, {
        url,
        doc: model.ydoc,
        awareness: model.awareness,
        texts: this.#lab.texts,
        network: window
      });
      this.#byModel.set(model, client);
      model.follow(client);
      model.disposed.connect(() => {
        client.dispose();
        if (this.#byPath.get(path) === room) this.#byPath.delete(path);
      });
      this.#joined.emit(client);
      return client;
    });
    room.catch(() => this.#byPath.delete(path));
    this.#byPath.set(path, room);
  }

  /** Waits until the notebook of a path is here whole. @throws LabCallError */
  async ready(path: string): Promise<void> {
    await (
      await this.#byPath.get(path)
    )?.ready;
  }

  /** Whether a notebook of this path is shared on this page. */
  has(path: string): boolean {
    return this.#byPath.has(path);
  }

  /** The room of a shared model, or null when it is not shared. */
  of(model: unknown): RoomClient | null {
    return (typeof model === 'object' && model !== null && this.#byModel.get(model)) || null;
  }
}
