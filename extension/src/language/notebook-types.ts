import type { ICodeCellModel } from '@jupyterlab/cells';
import type { NotebookPanel } from '@jupyterlab/notebook';
import type { IRenderMime } from '@jupyterlab/rendermime';
import type { Kernel } from '@jupyterlab/services';
import type { IDisposable } from '@lumino/disposable';
import { Signal, type ISignal } from '@lumino/signaling';
import type { JSONObject } from '@lumino/coreutils';
import type { ProblemMarks } from './problem-marks';
import { StaleBadges } from './stale-badges';
import type { CellSource, CheckMode, FromKernel, Problem } from './types';

const TARGET = 'wardbook.language';
const KERNEL = 'wardbook-typescript';
const QUIET_MS = 300;

/** What a notebook's types need from outside. */
export interface NotebookTypesContext {
  readonly marks: ProblemMarks;
  readonly trans: IRenderMime.TranslationBundle;
  /** The person's setting; null when they have set none and the kernel's own mode holds. */
  readonly mode: () => CheckMode | null;
}

/** Asks the kernel of one notebook about its cells, and shows what it says. */
export class NotebookTypes implements IDisposable {
  readonly #panel: NotebookPanel;
  readonly #context: NotebookTypesContext;
  readonly #badges: StaleBadges;
  readonly #changed = new Signal<this, void>(this);
  #comm: Kernel.IComm | null = null;
  #kernelMode: CheckMode = 'warn';
  #timer: ReturnType<typeof setTimeout> | null = null;
  #asked = new Map<string, string>();
  #request = 0;
  #problems: readonly Problem[] = [];
  #unavailable: string | null = null;
  #isDisposed = false;

  constructor(panel: NotebookPanel, context: NotebookTypesContext) {
    this.#panel = panel;
    this.#context = context;
    this.#badges = new StaleBadges(context.trans);
    panel.sessionContext.kernelChanged.connect(this.#connect, this);
    panel.sessionContext.statusChanged.connect(this.#connect, this);
    panel.content.modelContentChanged.connect(this.#later, this);
    panel.disposed.connect(this.dispose, this);
    this.#connect();
  }

  /** Emitted when the problems or their availability changed. */
  get changed(): ISignal<this, void> {
    return this.#changed;
  }

  /** All problems of the notebook. */
  get problems(): readonly Problem[] {
    return this.#problems;
  }

  /** Why there are no types; null when there are. */
  get unavailable(): string | null {
    return this.#unavailable;
  }

  /** Whether the notebook's kernel checks types. */
  get isConnected(): boolean {
    return this.#comm !== null && !this.#comm.isDisposed;
  }

  /** What type problems do in this notebook. */
  get mode(): CheckMode {
    return this.#context.mode() ?? this.#kernelMode;
  }

  get isDisposed(): boolean {
    return this.#isDisposed;
  }

  dispose(): void {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    if (this.isConnected) this.#comm?.close();
    Signal.clearData(this);
  }

  /** Sends the person's setting to the kernel and looks at everything again. */
  applyMode(): void {
    const mode = this.#context.mode();
    if (mode !== null) this.#send({ type: 'mode', value: mode });
    this.#asked.clear();
    this.#later();
  }

  #connect(): void {
    const kernel = this.#panel.sessionContext.session?.kernel;
    if (kernel?.name !== KERNEL || this.isConnected) return;
    if (kernel.status !== 'idle' && kernel.status !== 'busy') return;
    const comm = kernel.createComm(TARGET);
    this.#comm = comm;
    this.#unavailable = null;
    comm.onMsg = message => this.#take(message.content.data as unknown as FromKernel);
    comm.onClose = () => {
      // A kernel without types closes the comm at once.
      this.#comm = null;
      this.#show([]);
    };
    comm.open();
    this.applyMode();
  }

  #take(message: FromKernel): void {
    switch (message.type) {
      case 'mode':
        this.#kernelMode = message.value;
        return this.#changed.emit();
      case 'unavailable':
        this.#unavailable = message.reason;
        return this.#changed.emit();
      case 'stale':
        return this.#badges.show(this.#panel.content.widgets, message.cells);
      case 'problems':
        // An answer to an older question would underline text that is gone.
        if (message.request === this.#request) this.#show(message.problems);
    }
  }

  #show(problems: readonly Problem[]): void {
    this.#problems = problems;
    for (const model of this.#cells()) {
      if (model.sharedModel.getSource() !== this.#asked.get(model.id)) continue;
      this.#context.marks.show(
        model,
        problems.filter(({ cell }) => cell === model.id)
      );
    }
    this.#changed.emit();
  }

  #later(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#check(), QUIET_MS);
  }

  #check(): void {
    if (this.#isDisposed || !this.isConnected) return;
    const cells = this.#cells().map(model => ({
      id: model.id,
      source: model.sharedModel.getSource()
    }));
    const changed = cells.filter(({ id, source }) => this.#asked.get(id) !== source);
    if (changed.length === 0 && cells.length === this.#asked.size) return;
    this.#asked = new Map(cells.map(({ id, source }) => [id, source]));
    if (this.mode === 'off') return this.#show([]);
    this.#request += 1;
    this.#ask(cells, changed);
  }

  #ask(cells: readonly CellSource[], changed: readonly CellSource[]): void {
    this.#send({
      type: 'check',
      request: this.#request,
      cells: cells.map(cell => ({ ...cell })),
      changed: changed.map(({ id }) => id)
    });
  }

  #send(data: JSONObject): void {
    if (this.isConnected) void this.#comm?.send(data);
  }

  #cells(): ICodeCellModel[] {
    const cells = this.#panel.content.model?.cells ?? [];
    return [...cells].filter((model): model is ICodeCellModel => model.type === 'code');
  }
}
