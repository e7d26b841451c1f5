import { Dialog } from '@jupyterlab/apputils';
import type { IRenderMime } from '@jupyterlab/rendermime';
import { Widget } from '@lumino/widgets';
import type { Preview, PreviewItem } from '@wardbook/protocol';
import { errorText, type ErrorTexts } from '../lab-error';
import type { Language } from '../shell/language';
import { element } from './dom';
import { formatNumber } from './format';
import { modeText } from './mode';

/** The languages of the page. */
export interface PreviewContext {
  readonly language: Language;
  readonly trans: IRenderMime.TranslationBundle;
  /** For refusals. */
  readonly errors: ErrorTexts;
}

/** Shows what would leave the hospitals if the cell were run. */
export async function showPreview(
  previews: readonly Preview[],
  context: PreviewContext
): Promise<void> {
  const { trans } = context;
  const body = new Widget();
  body.addClass('wb-preview');
  body.node.append(...previews.flatMap(preview => sections(preview, context)));
  const dialog = new Dialog({
    title: trans.__('What would leave the hospitals'),
    body,
    buttons: [Dialog.okButton({ label: trans.__('Close') })]
  });
  await dialog.launch();
}

function sections(
  { hospitals, items, released, rules, mode, problems }: Preview,
  { language, trans, errors }: PreviewContext
): HTMLElement[] {
  const names = hospitals.map(({ name }) => name[language]).join(', ');
  const refused = refusals(problems, trans, errors);
  // What does not fit the study has nothing that would leave.
  if (items.length === 0 && refused.length > 0) return refused;
  return [
    ...refused,
    element('p', 'wb-preview-lead', trans.__('Asked: %1. Nothing has been sent yet.', names)),
    element('h3', '', trans.__('Leaves each hospital')),
    list(items.map(item => itemText(item, language, trans))),
    element('h3', '', trans.__('Shown to the study at the end')),
    list(released.map(text => text[language])),
    element('h3', '', trans.__('Rules that the hospitals will apply')),
    list(rules.map(({ id, text }) => `${text[language]} [${id}]`)),
    element('p', 'wb-preview-mode', trans.__('Method: %1', modeText(mode, trans)))
  ];
}

// What is certain to be refused comes before what would leave.
function refusals(
  problems: Preview['problems'],
  trans: IRenderMime.TranslationBundle,
  errors: ErrorTexts
): HTMLElement[] {
  if (problems.length === 0) return [];
  const texts = problems.map(problem => `${errorText(problem, errors)} [${problem.code}]`);
  const title = element('h3', '', trans.__('This will be refused'));
  const box = element('section', 'wb-preview-problems', [title, list(texts)]);
  box.setAttribute('role', 'alert');
  return [box];
}

function itemText(
  item: PreviewItem,
  language: Language,
  trans: IRenderMime.TranslationBundle
): string {
  const count = item.shape === null ? item.atMost : item.shape.reduce((a, b) => a * b, 1);
  const shown = formatNumber(count, 0, language);
  const size =
    item.shape === null
      ? trans._n('at most %2 number', 'at most %2 numbers', count, shown)
      : trans._n('%2 number', '%2 numbers', count, shown);
  const times = item.times === 'once' ? trans.__('once') : trans.__('at every step of the fit');
  const how = item.summed
    ? trans.__('only inside a masked sum')
    : trans.__('readable by the study');
  return trans.__('%1: %2, %3, %4', item.label[language], size, times, how);
}

function list(texts: readonly string[]): HTMLElement {
  return element(
    'ul',
    '',
    texts.map(text => element('li', '', text))
  );
}
