import { MimeModel, type IRenderMime, type IRenderMimeRegistry } from '@jupyterlab/rendermime';
import type { ITranslator } from '@jupyterlab/translation';
import { Widget } from '@lumino/widgets';
import type { Result, ResultTable } from '@wardbook/protocol';
import { languageOf, type Language } from '../shell/language';
import { element } from './dom';
import { egressText, formatCell, formatNumber } from './format';
import { modeText } from './mode';

/** MIME type of a federated result. */
export const RESULT_MIME: typeof import('@wardbook/protocol').RESULT_MIME =
  'application/vnd.wardbook.result.v1+json';

const VEGA_LITE = 'application/vnd.vegalite.v5+json';

/** Shows results in the language of the page: sentence, figure, table, what left the hospitals. */
export function resultRendererFactory(
  rendermime: IRenderMimeRegistry,
  translator: ITranslator
): IRenderMime.IRendererFactory {
  return {
    safe: true,
    mimeTypes: [RESULT_MIME],
    defaultRank: 0,
    createRenderer: () => new ResultRenderer(rendermime, translator)
  };
}

class ResultRenderer extends Widget implements IRenderMime.IRenderer {
  readonly #rendermime: IRenderMimeRegistry;
  readonly #trans: IRenderMime.TranslationBundle;
  readonly #language: Language;

  constructor(rendermime: IRenderMimeRegistry, translator: ITranslator) {
    super();
    this.#rendermime = rendermime;
    this.#trans = translator.load('wardbook');
    this.#language = languageOf(translator);
    this.addClass('wb-result');
    this.node.setAttribute('role', 'group');
  }

  async renderModel(model: IRenderMime.IMimeModel): Promise<void> {
    const result = model.data[RESULT_MIME] as unknown as Result;
    const trans = this.#trans;
    this.node.setAttribute('aria-label', trans.__('Result of the federated cell'));
    this.node.replaceChildren(
      ...this.#sentences(result),
      ...result.warnings.map(text => element('p', 'wb-result-warning', text[this.#language])),
      await this.#figures(result),
      ...result.tables.map(table => this.#table(table)),
      this.#origin(result)
    );
  }

  #sentences(result: Result): HTMLElement[] {
    const [first, ...rest] = result.sentences[this.#language];
    return [
      element('p', 'wb-result-lead', first ?? ''),
      ...rest.map(text => element('p', 'wb-result-sentence', text))
    ];
  }

  async #figures(result: Result): Promise<HTMLElement> {
    const box = element('div', 'wb-result-figures');
    for (const { spec, title, description } of result.figures) {
      const renderer = this.#rendermime.createRenderer(VEGA_LITE);
      // The page's own colours (style/results.css) reach a figure that has no ground of its own, in every theme.
      const data = { [VEGA_LITE]: { ...spec[this.#language], background: 'transparent' } as never };
      const metadata = { [VEGA_LITE]: { embed_options: { actions: false, renderer: 'svg' } } };
      await renderer.renderModel(new MimeModel({ data, metadata, trusted: true }));
      renderer.node.classList.add('wb-result-plot');
      renderer.node.setAttribute('role', 'img');
      renderer.node.setAttribute('aria-label', description[this.#language]);
      // Vega names every axis and mark in English.
      renderer.node.firstElementChild?.setAttribute('aria-hidden', 'true');
      const caption = element('figcaption', 'wb-result-caption', title[this.#language]);
      box.append(element('figure', 'wb-result-figure', [caption, renderer.node]));
    }
    return box;
  }

  #table({ title, columns, rows, notes }: ResultTable): HTMLElement {
    const language = this.#language;
    const hidden = this.#trans.__('hidden');
    const head = element('tr', '', [
      element('th', ''),
      ...columns.map(column => heading('col', column[language]))
    ]);
    const body = rows.map(row =>
      element('tr', row.level === 1 ? 'wb-indented' : '', [
        heading('row', row.label[language]),
        ...row.cells.map(cell => {
          const node = element('td', `wb-cell-${cell.kind}`, formatCell(cell, language, hidden));
          if (cell.kind === 'hidden')
            node.title = this.#trans.__(
              'Fewer people than may be shown, possibly none, or hidden to protect another number.'
            );
          return node;
        })
      ])
    );
    const table = element('table', 'wb-result-table', [
      element('caption', '', title[language]),
      element('thead', '', [head]),
      element('tbody', '', body)
    ]);
    const texts = notes.map(note => element('p', 'wb-result-note', note[language]));
    const scroll = element('div', 'wb-result-scroll', [table]);
    // Without a mouse it scrolls too.
    scroll.tabIndex = 0;
    scroll.setAttribute('role', 'group');
    scroll.setAttribute('aria-label', title[language]);
    return element('div', 'wb-result-block', [scroll, ...texts]);
  }

  #origin(result: Result): HTMLElement {
    const trans = this.#trans;
    const { provenance } = result;
    const language = this.#language;
    const released = new Date(provenance.releasedAt).toLocaleString(
      language === 'fr' ? 'fr-FR' : 'en-GB'
    );
    const facts = [
      [trans.__('Hospitals'), provenance.hospitals.map(({ name }) => name[language]).join(', ')],
      [trans.__('Smallest group'), trans.__('%1 people behind every number shown', provenance.k)],
      [trans.__('Method'), modeText(provenance.mode, trans)],
      [trans.__('Round trips'), formatNumber(provenance.rounds, 0, language)],
      [
        trans.__('Protection'),
        provenance.masked
          ? trans.__('masked sums: nobody could read the numbers of one hospital')
          : trans.__('results of one hospital that allows it, rounded')
      ],
      [trans.__('Asked by'), `${provenance.requester}, ${released}`],
      [trans.__('Run'), result.run]
    ];
    const rows = facts.map(([name, value]) => [element('dt', '', name), element('dd', '', value)]);
    const { summary, parts } = egressText(result, trans, language);
    const left = parts.map(text => element('li', '', text));
    return element('details', 'wb-result-origin', [
      element('summary', '', summary),
      element('ul', '', left),
      element('dl', '', rows.flat())
    ]);
  }
}

function heading(scope: string, text: string): HTMLElement {
  const node = element('th', '', text);
  node.scope = scope;
  return node;
}
