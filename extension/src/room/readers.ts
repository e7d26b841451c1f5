import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { Notification } from '@jupyterlab/apputils';
import { INotebookTracker } from '@jupyterlab/notebook';
import { ITranslator } from '@jupyterlab/translation';
import { CommandRegistry } from '@lumino/commands';
import { Lab } from '../lab';
import { NotAllowed, NOTICE_MS } from './not-allowed';
import { isWithheld, pressedCommands } from './reader-commands';
import { IRooms, type RoomRegistry } from './rooms';

/** Bindings of JupyterLab are at most so many keys long. */
const KEYS_KEPT = 3;

/** Turns off what a reader of a shared notebook may not do, and says so when keys ask for it. */
export const readers: JupyterFrontEndPlugin<void> = {
  id: '@wardbook/jupyterlab-extension:readers',
  description: 'Turns off the commands that a reader of a shared notebook may not use.',
  autoStart: true,
  requires: [INotebookTracker, IRooms, ITranslator],
  activate: (
    { commands }: JupyterFrontEnd,
    tracker: INotebookTracker,
    registry: RoomRegistry,
    translator: ITranslator
  ) => {
    if (!Lab.isHere) return;
    const notAllowed = new NotAllowed(translator.load('wardbook_errors'), QUIET);
    const withheld = (command: string): boolean => {
      const room = registry.of(tracker.currentWidget?.context.model.sharedModel);
      if (room === null) return false;
      const isCode = tracker.activeCell?.model.type === 'code';
      return isWithheld(command, { role: room.document.role, isCode });
    };
    // Each command answers for itself, and they are other plugins': the registry asks nobody else.
    const isEnabled = commands.isEnabled.bind(commands);
    commands.isEnabled = (command, args) => !withheld(command) && isEnabled(command, args);
    const look = () => commands.notifyCommandChanged();
    registry.joined.connect(look);
    tracker.currentChanged.connect(look);
    // A text cell may be shown again where a code cell may not be run.
    tracker.activeCellChanged.connect(look);
    sayOfKeys(commands, withheld, notAllowed);
  }
};

/** A notification that goes by itself. */
export const QUIET = {
  show: (text: string): string => Notification.warning(text, { autoClose: NOTICE_MS }),
  dismiss: (id: string): void => Notification.dismiss(id)
};

// A key that is bound to a command that is off does nothing at all.
function sayOfKeys(
  commands: CommandRegistry,
  withheld: (command: string) => boolean,
  notAllowed: NotAllowed
): void {
  let pressed: string[] = [];
  const hear = (event: KeyboardEvent) => {
    const key = CommandRegistry.keystrokeForKeydownEvent(event);
    if (key === '' || CommandRegistry.isModifierKeyPressed(event)) return;
    pressed = [...pressed, key].slice(-KEYS_KEPT);
    if (!(event.target instanceof Element)) return;
    const asked = pressedCommands([...commands.keyBindings], pressed, event.target);
    if (asked.some(withheld)) notAllowed.say();
  };
  document.addEventListener('keydown', hear, { capture: true });
}
