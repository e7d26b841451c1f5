import type { IRenderMime } from '@jupyterlab/rendermime';

/** The method of an analysis (`mode` of its plan) in words; one that this page does not know, as it is. */
export function modeText(mode: string, trans: Pick<IRenderMime.TranslationBundle, '__'>): string {
  switch (mode) {
    case 'exact':
      return trans.__('exact: equal to one computation over all records');
    case 'exact, quartiles from bins':
      return trans.__('exact; quartiles from bins');
    case 'grid':
      return trans.__('times on a grid that shows nobody alone');
    case 'stratified':
      return trans.__('exact within each hospital, then added');
    default:
      return mode;
  }
}
