import type { IRenderMime } from '@jupyterlab/rendermime';
import { LabIcon } from '@jupyterlab/ui-components';
import { Widget } from '@lumino/widgets';
import type { FederationView } from '@wardbook/protocol';
import { element } from '../federated/dom';
import type { FederationFeed } from '../federated/federation-feed';
import { formatNumber } from '../federated/format';
import type { Language } from './language';

/** Three hospitals joined by one line. */
export const federationIcon = new LabIcon({
  name: 'wardbook:federation',
  svgstr:
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" width="16"><g class="jp-icon3" fill="#616161"><circle cx="12" cy="5" r="3"/><circle cx="5" cy="18" r="3"/><circle cx="19" cy="18" r="3"/><path d="M11.3 8h1.4v4.2l3.9 3-.9 1.1-3.7-2.8-3.7 2.8-.9-1.1 3.9-3z"/></g></svg>'
});

/** The side panel: which hospitals are there, with how many patients, under which rules. */
export class FederationPanel extends Widget {
  readonly #feed: FederationFeed;
  readonly #language: Language;
  readonly #trans: IRenderMime.TranslationBundle;

  constructor(feed: FederationFeed, language: Language, trans: IRenderMime.TranslationBundle) {
    super();
    this.#feed = feed;
    this.#language = language;
    this.#trans = trans;
    this.id = 'wardbook-federation';
    this.addClass('wb-panel');
    this.title.icon = federationIcon;
    this.title.caption = trans.__('Federation');
    this.node.setAttribute('role', 'region');
    this.node.setAttribute('aria-label', trans.__('Federation'));
    feed.changed.connect(this.#draw, this);
    this.#draw();
  }

  override dispose(): void {
    this.#feed.changed.disconnect(this.#draw, this);
    super.dispose();
  }

  #draw(): void {
    const view = this.#feed.view;
    this.node.replaceChildren(
      ...(view === null
        ? [
            element('h2', '', this.#trans.__('Federation')),
            element(
              'p',
              this.#feed.isHere ? 'wb-panel-lost' : 'wb-panel-note',
              this.#feed.isHere
                ? this.#trans.__(
                    'The coordinator cannot be reached. Runs go on by themselves when it is back.'
                  )
                : this.#trans.__(
                    'This panel shows the hospitals when the notebook is open in Wardbook. Federated cells, their previews and results work here too.'
                  )
            )
          ]
        : this.#content(view))
    );
  }

  #content({ study, hospitals }: FederationView): HTMLElement[] {
    const trans = this.#trans;
    const there = hospitals.filter(({ state }) => state === 'connected').length;
    return [
      element('h2', '', study.title[this.#language]),
      element('p', '', trans.__('%1 of %2 hospitals connected', there, hospitals.length)),
      ...hospitals.map(hospital => this.#hospital(hospital)),
      element(
        'p',
        'wb-panel-note',
        trans.__('Records stay in their hospital. Only sums that pass the rules come back.')
      )
    ];
  }

  #hospital({
    name,
    state,
    policy,
    snapshot,
    lastSeen
  }: FederationView['hospitals'][number]): HTMLElement {
    const trans = this.#trans;
    const language = this.#language;
    const dot = element('span', `wb-dot wb-dot-${state}`);
    dot.setAttribute('aria-hidden', 'true');
    const seen = lastSeen === null ? trans.__('never') : new Date(lastSeen).toLocaleTimeString();
    const status =
      state === 'connected' ? trans.__('connected') : trans.__('not connected, last seen %1', seen);
    const rules = [trans.__('groups of at least %1 people', policy.k)];
    rules.push(
      policy.perHospitalResults
        ? trans.__('allows results of its own')
        : trans.__('only sums over at least %1 hospitals', policy.minHospitalsInSum)
    );
    const patients =
      snapshot === null
        ? []
        : [
            element(
              'p',
              '',
              trans.__('at least %1 patients', formatNumber(snapshot.patientsFloor, 0, language))
            )
          ];
    return element('section', 'wb-panel-hospital', [
      element('h3', '', [dot, name[language]]),
      element('p', '', status),
      ...patients,
      element('p', 'wb-panel-rules', rules.join(' · '))
    ]);
  }
}
