import { StateEffect, StateField, type Extension } from '@codemirror/state';
import {
  Decoration,
  EditorView,
  hoverTooltip,
  ViewPlugin,
  type DecorationSet
} from '@codemirror/view';
import type { CodeEditor } from '@jupyterlab/codeeditor';
import { element } from '../federated/dom';
import type { Problem } from './types';

const setProblems = StateEffect.define<readonly Problem[]>();

// Marks move with the text until the kernel has looked at it again.
const marks = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update: (shown, transaction) => {
    let next = shown.map(transaction.changes);
    for (const effect of transaction.effects)
      if (effect.is(setProblems))
        next = Decoration.set(
          effect.value.filter(({ to }) => to <= transaction.newDoc.length).map(markOf),
          true
        );
    return next;
  },
  provide: field => EditorView.decorations.from(field)
});

function markOf(problem: Problem) {
  return Decoration.mark({
    class: `wb-problem wb-problem-${problem.severity}`,
    attributes: { 'aria-invalid': 'true', 'data-message': problem.message },
    problem
  }).range(problem.from, problem.to);
}

const tooltip = hoverTooltip((view, position) => {
  const found: Problem[] = [];
  view.state.field(marks).between(position, position, (_from, _to, { spec }) => {
    found.push((spec as { problem: Problem }).problem);
  });
  const [first] = found;
  if (first === undefined) return null;
  return {
    pos: position,
    above: true,
    create: () => {
      const lines = found.map(({ message, code }) =>
        element('div', 'wb-problem-line', `${message} (TS${code})`)
      );
      const dom = element('div', 'wb-problem-tooltip', lines);
      dom.setAttribute('role', 'tooltip');
      return { dom };
    }
  };
});

/** Underlines problems in editors, by the model that an editor shows: editors come and go with scrolling. */
export class ProblemMarks {
  readonly #views = new WeakMap<CodeEditor.IModel, Set<EditorView>>();
  readonly #problems = new WeakMap<CodeEditor.IModel, readonly Problem[]>();

  /** The extension of an editor that shows `model`. */
  extension(model: CodeEditor.IModel): Extension {
    const views = this.#views.get(model) ?? new Set<EditorView>();
    this.#views.set(model, views);
    const follow = ViewPlugin.define(view => {
      views.add(view);
      // An editor must not be changed while it is being made.
      queueMicrotask(() => this.#draw(view, this.#problems.get(model) ?? []));
      return { destroy: () => void views.delete(view) };
    });
    return [marks, tooltip, follow];
  }

  /** Shows the problems of a model's text, and no others. */
  show(model: CodeEditor.IModel, problems: readonly Problem[]): void {
    this.#problems.set(model, problems);
    for (const view of this.#views.get(model) ?? []) this.#draw(view, problems);
  }

  #draw(view: EditorView, problems: readonly Problem[]): void {
    if (view.state.field(marks, false) !== undefined)
      view.dispatch({ effects: setProblems.of(problems) });
  }
}
