import {
  FINAL_STATES,
  PROGRESS_MIME,
  RESULT_MIME,
  type Result,
  type ResultCell,
  type RunProgress,
  type RunView,
  type StudyView
} from '@wardbook/protocol';
import type { MimeBundle } from '../user/mime.js';
import { escapeHtml } from '../user/plain-text.js';

const STATES: Readonly<Record<RunView['hospitals'][number]['state'], string>> = {
  queued: 'waiting its turn',
  computing: 'computing',
  lost: 'not connected: the run waits and goes on by itself',
  refused: 'refused',
  done: 'done'
};

/** A run in progress, per hospital: our own type, and HTML and text for any other reader. Its metadata names the run, so that the result finds its cell. */
export function progressBundle(view: RunView, study: StudyView): MimeBundle {
  const hospitals = view.hospitals.map(({ id, state }) => ({
    name: study.charter.hospitals.find(hospital => hospital.id === id)?.name ?? { en: id, fr: id },
    state
  }));
  const progress: RunProgress = { run: view.run, state: view.state, round: view.round, hospitals };
  const lines = hospitals.map(({ name, state }) => ({ name: name.en, state: STATES[state] }));
  const ended = FINAL_STATES.includes(view.state) ? view.state : `round ${view.round + 1}`;
  return {
    data: {
      [PROGRESS_MIME]: progress,
      'text/html': `<p>Asking ${lines.length} hospitals, ${escapeHtml(ended)}</p><ul>${lines.map(({ name, state }) => `<li>${escapeHtml(name)}: ${escapeHtml(state)}</li>`).join('')}</ul>`,
      'text/plain': [
        `Asking ${lines.length} hospitals, ${ended}`,
        ...lines.map(({ name, state }) => `${name}: ${state}`)
      ].join('\n')
    },
    metadata: { wardbook: { run: view.run } }
  };
}

/** A released result: our own type for the notebook, and a figure, HTML and text that any other reader shows. */
export function resultBundle(result: Result): MimeBundle {
  const [figure] = result.figures;
  return {
    data: {
      [RESULT_MIME]: result,
      ...(figure &&
        result.figures.length === 1 && { 'application/vnd.vegalite.v5+json': figure.spec.en }),
      'text/html': resultHtml(result),
      'text/plain': [
        ...result.sentences.en,
        ...result.tables.map(table =>
          table.rows.map(row => [row.label.en, ...row.cells.map(cellText)].join('  ')).join('\n')
        )
      ].join('\n')
    },
    metadata: { wardbook: { run: result.run } }
  };
}

function resultHtml({ sentences, tables, provenance }: Result): string {
  const table = tables.map(({ title, columns, rows, notes }) => {
    const head = `<tr><th></th>${columns.map(column => `<th>${escapeHtml(column.en)}</th>`).join('')}</tr>`;
    const body = rows
      .map(
        row =>
          `<tr><th>${escapeHtml(row.label.en)}</th>${row.cells.map(cell => `<td>${escapeHtml(cellText(cell))}</td>`).join('')}</tr>`
      )
      .join('');
    return `<table><caption>${escapeHtml(title.en)}</caption><thead>${head}</thead><tbody>${body}</tbody></table>${notes.map(note => `<p>${escapeHtml(note.en)}</p>`).join('')}`;
  });
  const where = `${provenance.answered} of ${provenance.asked} hospitals, mode ${provenance.mode}, at least ${provenance.k} people behind every number`;
  return `${sentences.en.map(sentence => `<p>${escapeHtml(sentence)}</p>`).join('')}${table.join('')}<p><small>${escapeHtml(where)}</small></p>`;
}

function cellText(cell: ResultCell): string {
  switch (cell.kind) {
    case 'number': {
      const text =
        cell.style === 'p-value' && cell.value < 0.001
          ? '< 0.001'
          : cell.value.toFixed(cell.digits);
      const bounds = cell.interval
        ? ` (${cell.interval[0].toFixed(cell.digits)} to ${cell.interval[1].toFixed(cell.digits)})`
        : '';
      return `${text}${cell.style === 'percent' ? '%' : ''}${bounds}`;
    }
    case 'text':
      return cell.text.en;
    case 'hidden':
      return 'hidden';
    case 'none':
      return '';
  }
}
