import { fileURLToPath } from 'node:url';

const FOLDER = new URL('..', import.meta.url);
// Modules are named by their address, bundles by their path.
const NAMES = [FOLDER.href, fileURLToPath(FOLDER)];

/** Whether a script is the kernel's own. @param name as V8 knows it */
export function isKernelScript(name: string): boolean {
  return NAMES.some(folder => name.startsWith(folder));
}

/** Whether a line of a stack is at the kernel's own code. */
export function isKernelLine(line: string): boolean {
  return NAMES.some(folder => line.includes(folder));
}
