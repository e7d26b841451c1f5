import type { UserComm, UserComms } from '../user/comms.js';
import type { State } from './buffers.js';
import type { Model } from './model.js';

const PROTOCOL = { version: '2.1.0' };
const TARGET = 'jupyter.widget';
const CONTROL_TARGET = 'jupyter.widget.control';

/** The widgets of a kernel: opens their comms and tells a front end that comes later of all of them. */
export class WidgetHost {
  readonly #comms: UserComms;
  readonly #models = new Map<string, Model>();

  constructor(comms: UserComms) {
    this.#comms = comms;
    comms.registerTarget(CONTROL_TARGET, comm => {
      comm.onMessage(({ data }) => {
        if (data['method'] === 'request_states') this.#sendStates(comm);
      });
    });
  }

  /** Opens the comm of a model; models that it refers to are opened before. */
  open(model: Model): UserComm {
    const { state, bufferPaths, buffers } = model.packed();
    const comm = this.#comms.open(TARGET, { state, buffer_paths: bufferPaths }, PROTOCOL, buffers);
    this.#models.set(comm.id, model);
    return comm;
  }

  /** A model is closed. */
  forget(id: string): void {
    this.#models.delete(id);
  }

  /** Shows an error of a listener under what it runs for. */
  fault(error: unknown): void {
    this.#comms.fault(error);
  }

  #sendStates(comm: UserComm): void {
    const states: Record<string, State> = {};
    const paths: (string | number)[][] = [];
    const all: Uint8Array[] = [];
    for (const [id, model] of this.#models) {
      const { state, bufferPaths, buffers } = model.packed();
      states[id] = {
        model_name: state['_model_name'],
        model_module: state['_model_module'],
        model_module_version: state['_model_module_version'],
        state
      };
      for (const path of bufferPaths) paths.push([id, 'state', ...path]);
      all.push(...buffers);
    }
    comm.send({ method: 'update_states', states, buffer_paths: paths }, {}, all);
  }
}
