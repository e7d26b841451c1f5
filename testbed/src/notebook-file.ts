/** One cell of code in a notebook file. */
export interface CodeCellFile {
  readonly id: string;
  readonly cell_type: 'code';
  readonly source: string;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly outputs: readonly unknown[];
  readonly execution_count: null;
}

/** A notebook file, nbformat 4.5. */
export interface NotebookFile {
  readonly nbformat: 4;
  readonly nbformat_minor: 5;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly cells: readonly CodeCellFile[];
}

/** A cell that has not run; `outputs` are those of another run. */
export function codeCell(
  id: string,
  source: string,
  outputs: readonly unknown[] = []
): CodeCellFile {
  return { id, cell_type: 'code', source, metadata: {}, outputs, execution_count: null };
}

/** A notebook of our kernel; `metadata` beside the name of the kernel. */
export function notebookFile(
  cells: readonly CodeCellFile[],
  metadata: Readonly<Record<string, unknown>> = {}
): NotebookFile {
  const kernelspec = {
    name: 'wardbook-typescript',
    display_name: 'TypeScript (Wardbook)',
    language: 'typescript'
  };
  return { nbformat: 4, nbformat_minor: 5, metadata: { kernelspec, ...metadata }, cells };
}
