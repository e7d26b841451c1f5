import type { INotebookTracker } from '@jupyterlab/notebook';
import type { IRenderMime } from '@jupyterlab/rendermime';
import { Widget } from '@lumino/widgets';
import type { RoomClient, RoomState } from '../room/room-client';
import type { RoomRegistry } from '../room/rooms';

/** "Saved" in the status bar, said only of what is on the lab's disk. */
export class SavedStatus extends Widget {
  readonly #tracker: INotebookTracker;
  readonly #rooms: RoomRegistry;
  readonly #trans: IRenderMime.TranslationBundle;
  #room: RoomClient | null = null;

  constructor(
    tracker: INotebookTracker,
    rooms: RoomRegistry,
    trans: IRenderMime.TranslationBundle
  ) {
    super();
    this.#tracker = tracker;
    this.#rooms = rooms;
    this.#trans = trans;
    this.addClass('wb-saved');
    this.node.setAttribute('role', 'status');
    tracker.currentChanged.connect(this.#follow, this);
    rooms.joined.connect(this.#follow, this);
    this.#follow();
  }

  #follow(): void {
    this.#room?.stateChanged.disconnect(this.#draw, this);
    this.#room = this.#rooms.of(this.#tracker.currentWidget?.context.model.sharedModel);
    this.#room?.stateChanged.connect(this.#draw, this);
    this.#draw();
  }

  #draw(): void {
    const state = this.#room?.state;
    this.node.textContent = state === undefined ? '' : this.#text(state);
    this.node.dataset['state'] = state ?? '';
  }

  #text(state: RoomState): string {
    const trans = this.#trans;
    switch (state) {
      case 'connecting':
        return trans.__('Connecting…');
      case 'saving':
        return trans.__('Saving…');
      case 'saved':
        return this.#room?.mayWrite === true ? trans.__('Saved') : trans.__('Read only');
      case 'offline':
        return trans.__('Offline: changes are kept here and sent later');
      case 'refused':
        return trans.__('Not accepted: reload the notebook');
    }
  }
}
