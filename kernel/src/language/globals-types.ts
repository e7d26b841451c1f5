import { WIDGET_TYPES } from '../widgets/cell-types.js';

/** Name of the document that declares the globals of cells. */
export const GLOBALS_DOCUMENT = '.wardbook-globals.d.ts';

/** Module name under which `value-types` is known to the language server. */
export const VALUES_MODULE = 'wardbook-values';

// `frame()` gives `any`: danfo's classes have private members, so that its own functions (concat, toJSON) take its own
// type alone, and that one brings TensorFlow's declarations into every notebook, also where nobody imports danfo.
/** Declarations of what every cell may use, in step with `user/globals.ts` (globals-types.test.ts). */
export const GLOBALS_TYPES = `import type {
  Localised, ReleasedEgress, ReleasedFigure, ReleasedPlan, ReleasedProvenance, ReleasedTable, StudyView, ValuesByAnalysis
} from '${VALUES_MODULE}';
export {};
declare global {
  /** Studies of this kernel by id; each study adds itself. */
  interface WardbookStudies {}

  /** A question to the hospitals, not asked yet. */
  interface WardbookPlan<Analysis extends string = string> {
    readonly analysis: Analysis;
    readonly parameters: Readonly<Record<string, unknown>>;
  }

  /** Released numbers of an analysis. */
  type WardbookValues<Analysis> = Analysis extends keyof ValuesByAnalysis
    ? ValuesByAnalysis[Analysis]
    : Readonly<Record<string, unknown>>;

  /** A released result: numbers, sentences, and where they come from. */
  interface WardbookResult<Analysis extends string = string> {
    /** Typed numbers of the analysis. */
    readonly values: WardbookValues<Analysis>;
    /** Sentences in English. */
    readonly sentences: readonly string[];
    /** Everything that was released, with figures, tables and provenance. */
    readonly result: WardbookReleased<Analysis>;
    /** The main numbers as a danfo.js data frame. */
    frame(): Promise<any>;
  }

  /** A result as the hospitals released it. */
  interface WardbookReleased<Analysis extends string = string> {
    readonly run: string;
    readonly planHash: string;
    readonly plan: ReleasedPlan;
    readonly values: WardbookValues<Analysis>;
    readonly sentences: { readonly en: readonly string[]; readonly fr: readonly string[] };
    readonly tables: readonly ReleasedTable[];
    readonly figures: readonly ReleasedFigure[];
    readonly warnings: readonly Localised[];
    readonly egress: readonly ReleasedEgress[];
    readonly provenance: ReleasedProvenance;
  }

  /** What a federated cell leaves in its variable: one result, or a record of them. */
  type WardbookOutcome<Plans> = Plans extends WardbookPlan<infer Analysis>
    ? WardbookResult<Analysis>
    : { readonly [Name in keyof Plans]: Plans[Name] extends WardbookPlan<infer Analysis> ? WardbookReleased<Analysis> : never };

  /** Who is asked about: comparisons of variables with values. */
  type WardbookCohort =
    | { and: WardbookCohort[] }
    | { or: WardbookCohort[] }
    | { not: WardbookCohort }
    | { variable: string; [comparison: string]: unknown };

  /** A study whose dictionary is not known here. */
  interface WardbookStudy extends WardbookBuilders {
    readonly id: string;
    /** Charter, hospitals and dictionary. */
    readonly view: StudyView;
    /** Asks the hospitals and waits for the released result. */
    run<Analysis extends string>(plan: WardbookPlan<Analysis>): Promise<WardbookResult<Analysis>>;
  }

  /** Makers of questions. */
  interface WardbookBuilders {
    /** Number of patients, by level of one variable. */
    count(parameters?: Readonly<Record<string, unknown>>): WardbookPlan<'count'>;
    /** Description of patients (Table 1). */
    describe(parameters?: Readonly<Record<string, unknown>>): WardbookPlan<'describe'>;
    /** Survival curves. */
    kaplanMeier(parameters?: Readonly<Record<string, unknown>>): WardbookPlan<'kaplan-meier'>;
    /** Proportional hazards model. */
    coxRegression(parameters?: Readonly<Record<string, unknown>>): WardbookPlan<'cox-regression'>;
  }

  /** A study to ask in plain cells. */
  function study<Id extends keyof WardbookStudies>(id: Id): Promise<WardbookStudies[Id]>;
  function study(id: string): Promise<WardbookStudy>;

  /** Number of patients, by level of one variable. */
  var count: WardbookBuilders['count'];
  /** Description of patients (Table 1). */
  var describe: WardbookBuilders['describe'];
  /** Survival curves. */
  var kaplanMeier: WardbookBuilders['kaplanMeier'];
  /** Proportional hazards model. */
  var coxRegression: WardbookBuilders['coxRegression'];

  /** Comparisons that make a cohort. */
  var where: {
    /** Equal to a value. */
    eq(variable: string, value: string | number | boolean): WardbookCohort;
    /** One of several values. */
    in(variable: string, values: (string | number | boolean)[]): WardbookCohort;
    /** From low to high, both included. */
    between(variable: string, low: number, high: number): WardbookCohort;
    /** Less than. */
    lt(variable: string, value: number): WardbookCohort;
    /** At most. */
    le(variable: string, value: number): WardbookCohort;
    /** Greater than. */
    gt(variable: string, value: number): WardbookCohort;
    /** At least. */
    ge(variable: string, value: number): WardbookCohort;
    /** Not recorded. */
    missing(variable: string): WardbookCohort;
    /** All of them. */
    and(...cohorts: WardbookCohort[]): WardbookCohort;
    /** At least one of them. */
    or(...cohorts: WardbookCohort[]): WardbookCohort;
    /** Everybody else; a missing value counts as "else". */
    not(cohort: WardbookCohort): WardbookCohort;
  };

  /** Shows a value below the cell; with the id of an earlier display, in its place. */
  function display(value: unknown, options?: { displayId?: string }): Promise<WardbookDisplay>;
  /** Replaces what a display shows. */
  function updateDisplay(value: unknown, display: string | WardbookDisplay): Promise<WardbookDisplay>;
  /** Removes the outputs of the cell; \`wait\`: at the next output. */
  function clearOutput(options?: { wait?: boolean }): void;
  /** A bar for \`total\` steps. @throws RangeError when \`total\` is not positive */
  function progress(total: number, options?: { label?: string }): WardbookProgress;
  /** What is on the screen and can be changed later. */
  interface WardbookDisplay {
    readonly id: string;
    /** Shows another value in its place. */
    update(value: unknown): Promise<WardbookDisplay>;
    toString(): string;
  }
  /** A bar that shows how far work has come. */
  interface WardbookProgress {
    readonly total: number;
    readonly label: string;
    /** Steps done. */
    readonly value: number;
    /** Goes on by some steps. */
    step(steps?: number): void;
    /** Sets the steps done. */
    set(value: number): void;
    /** Sets the bar to its end. */
    done(): void;
  }
  /** Shows a value in the pager of the front end, beside the notebook. */
  function page(value: unknown): Promise<void>;
  /** Asks the person at the notebook for a line of text. */
  function prompt(text?: string, options?: { password?: boolean }): Promise<string>;
  /** Text, or a template literal. */
  type WardbookText = string | TemplateStringsArray;
  /** HTML, as a value to show. */
  function html(text: WardbookText, ...values: unknown[]): object;
  /** Markdown, as a value to show. */
  function markdown(text: WardbookText, ...values: unknown[]): object;
  /** LaTeX, as a value to show. */
  function latex(text: WardbookText, ...values: unknown[]): object;
  /** An SVG drawing, as a value to show. */
  function svg(text: WardbookText, ...values: unknown[]): object;
  /** JSON that can be unfolded, as a value to show. */
  function json(value: unknown): object;
  /** A Vega-Lite figure, as a value to show. */
  function vegaLite(spec: unknown): object;
  /** An image from the bytes of a PNG, JPEG, GIF or WebP file, as a value to show. */
  function image(bytes: Uint8Array | ArrayBuffer): object;

  /** Comms between cells and the front end. */
  var comms: {
    registerTarget(name: string, handler: (comm: WardbookComm, opened: WardbookCommEvent) => unknown): unknown;
    open(
      target: string,
      data?: Readonly<Record<string, unknown>>,
      metadata?: Readonly<Record<string, unknown>>,
      buffers?: readonly Uint8Array[]
    ): WardbookComm;
  };
  /** One open comm. */
  interface WardbookComm {
    readonly id: string;
    readonly target: string;
    send(
      data: Readonly<Record<string, unknown>>,
      metadata?: Readonly<Record<string, unknown>>,
      buffers?: readonly Uint8Array[]
    ): void;
    onMessage(listener: (event: WardbookCommEvent) => unknown): () => void;
    onClose(listener: (event: WardbookCommEvent) => unknown): () => void;
    close(): void;
  }
  /** What a comm brought. */
  interface WardbookCommEvent {
    readonly data: Readonly<Record<string, unknown>>;
    readonly metadata: Readonly<Record<string, unknown>>;
    readonly buffers: readonly Uint8Array[];
  }
${WIDGET_TYPES}}
`;
