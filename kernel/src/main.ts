import { whenParentEnds } from './protocol/parent-watch.js';
import { hideSecretVariables } from './protocol/secret-variables.js';
import { userSettings } from './protocol/user-environment.js';
import { UserLink } from './protocol/user-link.js';

const parent = process.ppid;
// The process of user code takes longest to start: it begins before anything else is loaded.
const settings = userSettings(process.env);
hideSecretVariables(process.env);
const link = new UserLink(settings);
void import('./protocol/kernel.js').then(async ({ Kernel }) => {
  const kernel = new Kernel(process.argv[2] ?? '', { link, settings });
  process.on('SIGINT', () => kernel.interrupt());
  process.on('SIGTERM', () => void kernel.shutdown());
  whenParentEnds(parent, process.env, () => void kernel.shutdown());
  // Started by a lab: end with it, also when it is killed.
  if (process.env['WARDBOOK_SUPERVISED'] === '1') {
    const end = () => void kernel.shutdown();
    process.stdin.once('end', end).once('error', end).resume();
  }
  await kernel.start();
  await kernel.ended;
});
