import { accessSync, constants } from 'node:fs';
import { command } from './command.mjs';

const PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'
];

/**
 * Path of a Chromium: `CHROMIUM_PATH`, a usual place, or installed by apt when this is root on Debian or Ubuntu.
 *
 * @returns {Promise<string | undefined>} undefined when there is none and none can be installed
 */
export async function findChromium() {
  const named = process.env.CHROMIUM_PATH;
  if (named) return runs(named) ? named : undefined;
  const found = PLACES.find(runs);
  if (found) return found;
  if (process.getuid?.() !== 0 || !runs('/usr/bin/apt-get')) return undefined;
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  await command('apt-get', ['update', '-qq'], { env, quietOut: true });
  await command('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium'], {
    env,
    quietOut: true
  });
  return PLACES.find(runs);
}

function runs(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
