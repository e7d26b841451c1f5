/** What type problems do; `error` keeps a cell from running. */
export type CheckMode = 'error' | 'warn' | 'off';

/** A problem of a cell as the kernel tells it. Offsets are UTF-16, in the cell's source. */
export interface Problem {
  readonly cell: string;
  readonly from: number;
  readonly to: number;
  readonly severity: 'error' | 'warning';
  readonly code: number;
  readonly message: string;
}

/** A cell whose inputs were made again since it ran, and the names that changed. */
export interface StaleCell {
  readonly cell: string;
  readonly because: readonly string[];
}

/** What the kernel sends on a comm of `wardbook.language`. */
export type FromKernel =
  | {
      readonly type: 'problems';
      readonly request: number;
      readonly checked: readonly string[];
      readonly problems: readonly Problem[];
    }
  | { readonly type: 'stale'; readonly cells: readonly StaleCell[] }
  | { readonly type: 'mode'; readonly value: CheckMode }
  | { readonly type: 'unavailable'; readonly reason: string };

/** A code cell as it is sent. */
export interface CellSource {
  readonly id: string;
  readonly source: string;
}
