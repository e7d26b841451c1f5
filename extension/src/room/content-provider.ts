import type { Contents, IContentProvider } from '@jupyterlab/services';
import { Signal, type ISignal } from '@lumino/signaling';
import { RoomNotebook } from './room-notebook';
import type { RoomRegistry } from './rooms';

/** Id under which the provider is registered. */
export const CONTENT_PROVIDER = 'wardbook';

/**
 * Gives JupyterLab its notebooks from the lab's rooms: a model without content whose shared document is filled by the
 * room. Saving is the lab's; `save` only reads back.
 */
export class RoomContentProvider implements IContentProvider {
  readonly sharedModelFactory: Contents.ISharedFactory;
  readonly #drive: Contents.IDrive;
  readonly #rooms: RoomRegistry;
  readonly #fileChanged = new Signal<IContentProvider, Contents.IChangedArgs>(this);

  constructor(drive: Contents.IDrive, rooms: RoomRegistry) {
    this.#drive = drive;
    this.#rooms = rooms;
    this.sharedModelFactory = {
      collaborative: true,
      createNew: options => {
        if (options.contentType !== 'notebook' || options.collaborative === false) return undefined;
        const model = new RoomNotebook();
        this.#rooms.join(options.path, model);
        return model;
      }
    };
  }

  /** Tells that a file is as the room says. */
  get fileChanged(): ISignal<IContentProvider, Contents.IChangedArgs> {
    return this.#fileChanged;
  }

  /** The model of a file; for a shared notebook without content, when its room is here. */
  async get(path: string, options: Contents.IFetchOptions = {}): Promise<Contents.IModel> {
    const shared = this.#rooms.has(path) && options.content !== false;
    // The drive itself, not this provider again.
    const rest = { ...options, contentProviderId: undefined };
    if (!shared) return this.#drive.get(path, rest);
    const [model] = await Promise.all([
      this.#drive.get(path, { ...rest, content: false }),
      this.#rooms.ready(path)
    ]);
    return { ...model, format: 'json', content: null, hash: undefined };
  }

  /** Nothing to write for a shared notebook: the lab has it already. */
  async save(path: string, options: Partial<Contents.IModel> = {}): Promise<Contents.IModel> {
    if (!this.#rooms.has(path)) return this.#drive.save(path, options);
    const model = await this.get(path, { content: false });
    this.#fileChanged.emit({ type: 'save', oldValue: null, newValue: model });
    return model;
  }
}
