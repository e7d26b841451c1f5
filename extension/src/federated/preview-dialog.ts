import { Dialog } from '@jupyterlab/apputils';
import type { IRenderMime } from '@jupyterlab/rendermime';
import { Widget } from '@lumino/widgets';
import type { Preview, PreviewItem } from '@wardbook/protocol';
import type { Language } from '../shell/language';
import { element } from './dom';
import { formatNumber } from './format';

/** Shows what would leave the hospitals if the cell were run. */
export async function showPreview(
  previews: readonly Preview[],
  language: Language,
  trans: IRenderMime.TranslationBundle
): Promise<void> {
  const body = new Widget();
  body.addClass('wb-preview');
  body.node.append(...previews.flatMap(preview => sections(preview, language, trans)));
  const dialog = new Dialog({
    title: trans.__('What would leave the hospitals'),
    body,
    buttons: [Dialog.okButton({ label: trans.__('Close') })]
  });
  await dialog.launch();
}

function sections(
  { hospitals, items, released, rules, mode }: Preview,
  language: Language,
  trans: IRenderMime.TranslationBundle
): HTMLElement[] {
  const names = hospitals.map(({ name }) => name[language]).join(', ');
  return [
    element('p', 'wb-preview-lead', trans.__('Asked: %1. Nothing has been sent yet.', names)),
    element('h3', '', trans.__('Leaves each hospital')),
    list(items.map(item => itemText(item, language, trans))),
    element('h3', '', trans.__('Shown to the study at the end')),
    list(released.map(text => text[language])),
    element('h3', '', trans.__('Rules that the hospitals will apply')),
    list(rules.map(({ id, text }) => `${text[language]} [${id}]`)),
    element('p', 'wb-preview-mode', trans.__('Method: %1', mode))
  ];
}

function itemText(
  item: PreviewItem,
  language: Language,
  trans: IRenderMime.TranslationBundle
): string {
  const size =
    item.shape === null
      ? trans.__('at most %1 numbers', formatNumber(item.atMost, 0, language))
      : trans.__(
          '%1 numbers',
          formatNumber(
            item.shape.reduce((a, b) => a * b, 1),
            0,
            language
          )
        );
  const times = item.times === 'once' ? trans.__('once') : trans.__('at every step of the fit');
  const how = item.summed
    ? trans.__('only inside a masked sum')
    : trans.__('readable by the study');
  return `${item.label[language]}: ${size}, ${times}, ${how}`;
}

function list(texts: readonly string[]): HTMLElement {
  return element(
    'ul',
    '',
    texts.map(text => element('li', '', text))
  );
}
