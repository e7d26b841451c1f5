import { randomUUID } from 'node:crypto';
import * as Y from 'yjs';
import { streamText, type Notebook, type Output } from './nbformat.js';

/** The shared state of a cell's execution; outside nbformat, so it never reaches the file. */
export interface ExecutionMark {
  readonly id: string;
  readonly state: 'queued' | 'running' | 'done' | 'failed' | 'aborted';
  readonly by: string;
}

/**
 * A notebook as the Yjs document that JupyterLab shares: the shape of `@jupyter/ydoc` (maps `meta` and `state`, array
 * `cells`), and a map `executions` of ours (cell id → ExecutionMark).
 */
export class NotebookDoc {
  readonly doc: Y.Doc;
  readonly cells: Y.Array<Y.Map<unknown>>;
  readonly meta: Y.Map<unknown>;
  readonly executions: Y.Map<ExecutionMark>;

  constructor(doc: Y.Doc) {
    this.doc = doc;
    this.cells = doc.getArray('cells');
    this.meta = doc.getMap('meta');
    this.executions = doc.getMap('executions');
  }

  /** Writes a file's notebook into an empty document. */
  fill(notebook: Notebook): void {
    this.doc.transact(() => {
      const metadata = new Y.Map<unknown>();
      for (const [key, value] of Object.entries(notebook.metadata)) metadata.set(key, value);
      this.meta.set('metadata', metadata);
      this.meta.set('nbformat', 4);
      this.meta.set('nbformat_minor', Math.max(5, notebook.nbformat_minor));
      this.cells.push(notebook.cells.map(cellMap));
    });
  }

  /** The notebook as nbformat 4.5. */
  toNotebook(): Notebook {
    const metadata = this.meta.get('metadata');
    return {
      cells: this.cells.map(cellJson),
      metadata: metadata instanceof Y.Map ? metadata.toJSON() : {},
      nbformat: 4,
      nbformat_minor: 5
    };
  }

  /** A cell by its id. */
  cell(id: string): Y.Map<unknown> | null {
    for (const cell of this.cells) if (cell.get('id') === id) return cell;
    return null;
  }

  /** Source text of a cell; null when there is no such code cell. */
  codeOf(id: string): string | null {
    const cell = this.cell(id);
    const source = cell?.get('source');
    return cell?.get('cell_type') === 'code' && source instanceof Y.Text ? source.toJSON() : null;
  }

  /** Ids and sources of all code cells, in their order. */
  codeCells(): { readonly id: string; readonly source: string }[] {
    return this.cells.toArray().flatMap(cell => {
      const source = cell.get('source');
      if (cell.get('cell_type') !== 'code' || !(source instanceof Y.Text)) return [];
      return [{ id: String(cell.get('id')), source: source.toJSON() }];
    });
  }

  /** Outputs of a cell; null when it is gone. */
  outputsOf(id: string): Y.Array<Y.Map<unknown>> | null {
    const outputs = this.cell(id)?.get('outputs');
    return outputs instanceof Y.Array ? (outputs as Y.Array<Y.Map<unknown>>) : null;
  }
}

/** An output as a shared type; streams hold their text as Y.Text. */
export function outputMap(output: Output): Y.Map<unknown> {
  const map = new Y.Map<unknown>();
  for (const [key, value] of Object.entries(output))
    if (output.output_type !== 'stream' || key !== 'text') map.set(key, value);
  if (output.output_type === 'stream') map.set('text', new Y.Text(streamText(output)));
  return map;
}

function cellMap(cell: Notebook['cells'][number]): Y.Map<unknown> {
  const map = new Y.Map<unknown>();
  map.set('id', cell.id ?? randomUUID());
  map.set('cell_type', cell.cell_type);
  map.set('source', new Y.Text(cell.source));
  const metadata = new Y.Map<unknown>();
  for (const [key, value] of Object.entries(cell.metadata)) metadata.set(key, value);
  map.set('metadata', metadata);
  if (cell.attachments !== undefined) map.set('attachments', cell.attachments);
  if (cell.cell_type !== 'code') return map;
  map.set('execution_count', cell.execution_count);
  map.set('execution_state', 'idle');
  map.set('outputs', Y.Array.from(cell.outputs.map(outputMap)));
  return map;
}

function cellJson(map: Y.Map<unknown>): Notebook['cells'][number] {
  const { id, cell_type, source, metadata, attachments, outputs, execution_count } =
    map.toJSON() as Notebook['cells'][number];
  const common = {
    id: id ?? randomUUID(),
    cell_type,
    source,
    metadata,
    ...(attachments !== undefined && { attachments })
  };
  return (
    cell_type === 'code'
      ? { ...common, outputs: outputs.map(outputJson), execution_count: execution_count ?? null }
      : common
  ) as Notebook['cells'][number];
}

// Display ids live while a run shows progress; a file does not keep them.
function outputJson({ transient, ...output }: Output): Output {
  return output;
}
