import { AsyncLocalStorage } from 'node:async_hooks';
import { UserComms } from '../user/comms.js';
import type { CommMessage } from '../user/messages.js';
import { isRecord } from './buffers.js';
import { widgetMakers } from './makers.js';
import { WidgetHost } from './widget-host.js';

/** Makers of widgets on a port that keeps what is sent, and the front end at its other side. */
export class FrontEnd {
  readonly sent: (CommMessage & { readonly cell: string | undefined })[] = [];
  readonly faults: { readonly cell: string | undefined; readonly error: unknown }[] = [];
  readonly cells = new AsyncLocalStorage<string>();
  readonly comms = new UserComms({
    send: message => void this.sent.push({ cell: this.cells.getStore(), ...message }),
    under: (cell, run) => this.cells.run(cell, run),
    fault: error => void this.faults.push({ cell: this.cells.getStore(), error })
  });
  readonly make = widgetMakers(new WidgetHost(this.comms));

  /** The state that a comm was opened with. */
  opened(id: string): Record<string, unknown> {
    const message = this.sent.find(one => one.type === 'comm-open' && one.commId === id);
    const state = message?.data['state'];
    return isRecord(state) ? state : {};
  }

  /** Data of the messages on a comm after its opening. */
  said(id: string): Readonly<Record<string, unknown>>[] {
    const own = this.sent.filter(one => one.type === 'comm-msg' && one.commId === id);
    return own.map(({ data }) => data);
  }

  /** Sends a message as a front end does; resolves when it was handled. */
  says(
    commId: string,
    data: Readonly<Record<string, unknown>>,
    buffers: readonly Uint8Array[] = []
  ): Promise<void> {
    const message = { type: 'comm-msg', commId, data, metadata: {}, buffers } as const;
    return this.comms.receive(message, 'from-front-end');
  }

  /** Changes values as a person does. */
  changes(commId: string, state: Readonly<Record<string, unknown>>): Promise<void> {
    return this.says(commId, { method: 'update', state, buffer_paths: [] });
  }
}
