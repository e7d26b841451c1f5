import type { StudyView } from '@wardbook/protocol';

/** Fetches a study; rejects when it cannot be had. */
export type FetchStudy = (id: string) => Promise<StudyView>;

// After a failure the same study is asked for again no sooner.
const PAUSE_MS = 20_000;
const MENTION = /%%federated[ \t]+([a-z0-9-]+)|\bstudy\(\s*['"`]([a-z0-9-]+)['"`]\s*\)/g;

/** The studies that cells mention, fetched in the background and once each. */
export class KnownStudies {
  readonly #fetch: FetchStudy;
  readonly #views = new Map<string, StudyView>();
  readonly #fetching = new Map<string, Promise<void>>();
  readonly #failed = new Map<string, number>();
  readonly #onChange: (views: readonly StudyView[]) => Promise<void>;

  /** @param onChange called with all known studies when one was added */
  constructor(fetch: FetchStudy, onChange: (views: readonly StudyView[]) => Promise<void>) {
    this.#fetch = fetch;
    this.#onChange = onChange;
  }

  /** Sees to the studies that a text mentions. @returns when all of them are known or could not be had; never rejects */
  async noticed(source: string): Promise<void> {
    const ids = [...source.matchAll(MENTION)].map(match => match[1] ?? match[2] ?? '');
    await Promise.all(
      [...new Set(ids)].filter(id => !this.#views.has(id)).map(id => this.#get(id))
    );
  }

  #get(id: string): Promise<void> {
    const running = this.#fetching.get(id);
    if (running !== undefined) return running;
    const failedAt = this.#failed.get(id);
    if (failedAt !== undefined && performance.now() - failedAt < PAUSE_MS) return Promise.resolve();
    const work = this.#fetch(id)
      .then(
        view => {
          this.#views.set(id, view);
          return this.#onChange([...this.#views.values()]);
        },
        () => void this.#failed.set(id, performance.now())
      )
      .finally(() => this.#fetching.delete(id));
    this.#fetching.set(id, work);
    return work;
  }
}
