import type { MimeBundle } from './mime.js';
import { escapeHtml } from './plain-text.js';

const AGAIN_MS = 50;
const WIDTH = 30;

/** A bar that shows how far work has come: one display, brought up to date at most every 50 ms. */
export class Progress {
  readonly total: number;
  readonly label: string;
  readonly #send: (bundle: MimeBundle, update: boolean) => void;
  #value = 0;
  #sentAt = -Infinity;
  #isShown = false;
  #timer: NodeJS.Timeout | null = null;

  /** @throws RangeError when `total` is no positive number */
  constructor(
    { total, label }: { readonly total: number; readonly label: string },
    send: (bundle: MimeBundle, update: boolean) => void
  ) {
    if (!(total > 0)) throw new RangeError('progress() takes a positive number of steps');
    this.total = total;
    this.label = label;
    this.#send = send;
    this.#show();
  }

  /** Steps done, between 0 and `total`. */
  get value(): number {
    return this.#value;
  }

  /** Goes on by some steps. */
  step(steps = 1): void {
    this.set(this.#value + steps);
  }

  /** Sets the steps done. */
  set(value: number): void {
    this.#value = Math.min(this.total, Math.max(0, value));
    const wait = this.#sentAt + AGAIN_MS - performance.now();
    if (wait <= 0 || this.#value === this.total) this.#show();
    else this.#timer ??= setTimeout(() => this.#show(), wait).unref();
  }

  /** Sets the bar to its end. */
  done(): void {
    this.set(this.total);
  }

  #show(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#sentAt = performance.now();
    this.#send(this.#bundle(), this.#isShown);
    this.#isShown = true;
  }

  #bundle(): MimeBundle {
    const share = this.#value / this.total;
    const filled = Math.round(share * WIDTH);
    const numbers = `${this.#value}/${this.total} (${Math.floor(share * 100)} %)`;
    const label = this.label === '' ? '' : `${this.label} `;
    const bar = `${'█'.repeat(filled)}${'░'.repeat(WIDTH - filled)}`;
    return {
      data: {
        'text/plain': `${label}${bar} ${numbers}`,
        'text/html': `<label>${escapeHtml(label)}<progress value="${this.#value}" max="${this.total}"></progress> ${numbers}</label>`
      },
      metadata: {}
    };
  }
}
