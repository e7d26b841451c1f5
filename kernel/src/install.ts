import { mkdir, writeFile } from 'node:fs/promises';
import { homedir, platform } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where to put the kernelspec. */
export type InstallTarget = { readonly user: true } | { readonly prefix: string };

/** Name of the kernelspec. */
export const KERNEL_NAME = 'wardbook-typescript';
/** Entry of the kernel's protocol process. */
export const KERNEL_MAIN = fileURLToPath(new URL('main.js', import.meta.url));

/** The kernelspec of this installation. */
export function kernelspec(): Record<string, unknown> {
  return {
    argv: [process.execPath, KERNEL_MAIN, '{connection_file}'],
    display_name: 'TypeScript (Wardbook)',
    language: 'typescript',
    interrupt_mode: 'message',
    metadata: {}
  };
}

/**
 * Makes the kernel known to Jupyter clients.
 *
 * @returns the folder of the kernelspec
 */
export async function installKernelspec(target: InstallTarget): Promise<string> {
  const data = 'prefix' in target ? join(target.prefix, 'share', 'jupyter') : userData();
  const folder = join(data, 'kernels', KERNEL_NAME);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'kernel.json'), `${JSON.stringify(kernelspec(), null, 2)}\n`);
  return folder;
}

function userData(): string {
  const { JUPYTER_DATA_DIR: chosen, XDG_DATA_HOME: data, APPDATA: roaming } = process.env;
  if (chosen !== undefined) return chosen;
  if (platform() === 'darwin') return join(homedir(), 'Library', 'Jupyter');
  if (platform() === 'win32' && roaming !== undefined) return join(roaming, 'jupyter');
  return join(data ?? join(homedir(), '.local', 'share'), 'jupyter');
}
