import type { IRenderMime } from '@jupyterlab/rendermime';
import type { RunView } from '@wardbook/protocol';

type Texts = Pick<IRenderMime.TranslationBundle, '__'>;

/** Whether a run has not ended. */
export function isRunning({ state }: Pick<RunView, 'state'>): boolean {
  return state === 'requested' || state === 'running' || state === 'waiting' || state === 'checked';
}

/** What a hospital does in a run, or did in one that has ended, or that it is connected. */
export function hospitalText(state: string, trans: Texts, isEnded = false): string {
  if (isEnded && (state === 'queued' || state === 'computing')) return trans.__('stopped');
  if (isEnded && state === 'done') return trans.__('answered');
  switch (state) {
    case 'queued':
      return trans.__('waiting its turn');
    case 'computing':
      return trans.__('computing');
    case 'refused':
      return trans.__('refused');
    case 'done':
      return trans.__('done');
    case 'lost':
      return trans.__('not connected');
    default:
      return trans.__('connected');
  }
}

/** How far a run is; nothing of one that has ended. */
export function runText(run: Pick<RunView, 'state' | 'round'>, trans: Texts): string {
  if (!isRunning(run)) return '';
  if (run.state === 'waiting')
    return trans.__('Waiting for a hospital; the run goes on by itself.');
  return trans.__('Round %1', run.round + 1);
}
