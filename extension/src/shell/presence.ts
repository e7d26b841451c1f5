import type { NotebookPanel } from '@jupyterlab/notebook';
import type { YNotebook } from '@jupyter/ydoc';
import { Widget } from '@lumino/widgets';
import { element } from '../federated/dom';

interface Person {
  readonly username: string;
  readonly display_name: string;
  readonly initials: string;
  readonly color: string;
}

/** Who else has this notebook open: initials in the notebook's toolbar. */
export class Presence extends Widget {
  readonly #model: YNotebook;

  constructor(panel: NotebookPanel) {
    super();
    this.#model = panel.context.model.sharedModel as YNotebook;
    this.addClass('wb-presence');
    this.#model.awareness.on('change', this.#draw);
    // An own state makes this page visible to the others; who it is, the lab writes.
    this.#model.awareness.setLocalStateField('here', true);
    this.#draw();
  }

  override dispose(): void {
    this.#model.awareness.off('change', this.#draw);
    super.dispose();
  }

  readonly #draw = (): void => {
    const people = new Map<string, Person>();
    for (const [client, state] of this.#model.awareness.getStates()) {
      const { user } = state as { user?: Person };
      if (user?.username && client !== this.#model.awareness.clientID)
        people.set(user.username, user);
    }
    this.node.replaceChildren(
      ...[...people.values()].map(({ display_name, initials, color }) => {
        const mark = element('span', 'wb-person', initials);
        mark.title = display_name;
        mark.style.setProperty('--wb-person', color);
        return mark;
      })
    );
  };
}
