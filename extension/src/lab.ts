import { PageConfig, URLExt } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';
import { LabCallError, type ErrorTexts, type LabError } from './lab-error';

/** What the Wardbook lab says about a shared notebook. */
export interface SharedDocument {
  readonly document: string;
  readonly lineage: string;
  readonly role: 'viewer' | 'commenter' | 'executor' | 'editor' | 'owner';
  readonly kernel: string;
}

/** Access to the routes of a Wardbook lab. */
export class Lab {
  /** Translates the errors of the lab. */
  readonly texts: ErrorTexts;
  readonly #settings = ServerConnection.makeSettings();

  constructor(texts: ErrorTexts) {
    this.texts = texts;
  }

  /** Whether this JupyterLab is served by a Wardbook lab (a stock Jupyter server has no shared rooms). */
  static get isHere(): boolean {
    return PageConfig.getOption('wardbookUser') !== '';
  }

  /** The role of the person at this page. */
  static get role(): SharedDocument['role'] {
    const user = PageConfig.getOption('wardbookUser');
    return user === '' ? 'owner' : (JSON.parse(user) as { role: SharedDocument['role'] }).role;
  }

  /** Whether the person at this page may run code. */
  static get mayRun(): boolean {
    return !['viewer', 'commenter'].includes(Lab.role);
  }

  /** The name under which the person at this page is known to the lab; empty without a lab. */
  static get userName(): string {
    const user = PageConfig.getOption('wardbookUser');
    return user === '' ? '' : (JSON.parse(user) as { name: string }).name;
  }

  /** The member in whose name the person at this page asks; empty without a lab. */
  static get member(): string {
    const user = PageConfig.getOption('wardbookUser');
    return user === '' ? '' : (JSON.parse(user) as { member: string }).member;
  }

  /** Opens a notebook's document. @throws LabCallError */
  open(path: string): Promise<SharedDocument> {
    return this.#post('documents', { path }) as Promise<SharedDocument>;
  }

  /** Queues cells of a document at the lab. @throws LabCallError */
  async execute(document: string, cells: readonly string[]): Promise<readonly string[]> {
    const answer = await this.#post('execute', { document, cells });
    return (answer as { executions: string[] }).executions;
  }

  /** Cancels a run of this person's. @throws LabCallError */
  async cancel(run: string): Promise<void> {
    await this.#post(`v1/runs/${run}/cancel`, {});
  }

  /** Address of a room's socket. */
  roomUrl(document: string): string {
    return URLExt.join(this.#settings.wsUrl, 'wardbook/rooms', document);
  }

  /** Address of the live state of the federation. */
  get federationEventsUrl(): string {
    return URLExt.join(this.#settings.wsUrl, 'wardbook/v1/federation/events');
  }

  /** Address of the live state of a run. */
  runEventsUrl(run: string): string {
    return URLExt.join(this.#settings.wsUrl, `wardbook/v1/runs/${run}/events`);
  }

  async #post(route: string, body: unknown): Promise<unknown> {
    const response = await ServerConnection.makeRequest(
      URLExt.join(this.#settings.baseUrl, 'wardbook', route),
      {
        method: 'POST',
        body: JSON.stringify(body),
        headers: { 'Content-Type': 'application/json' }
      },
      this.#settings
    );
    const answer = (await response.json()) as { error?: LabError };
    if (response.ok) return answer;
    throw new LabCallError(
      answer.error ?? { code: 'LAB_INTERNAL', message: response.statusText, mend: '' },
      this.texts
    );
  }
}
