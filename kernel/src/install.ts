import { existsSync } from 'node:fs';
import { readFile, readdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { SOFTWARE_VERSION, wardbookError } from '@wardbook/protocol';
import { z } from 'zod';
import { removeFolder, writeFiles } from './install-files.js';
import {
  dataFolder,
  pathsOf,
  pythonPrefix,
  searchFolders,
  type Host,
  type InstallTarget
} from './install-places.js';

/** Name of the kernelspec. */
export const KERNEL_NAME = 'wardbook-typescript';
/** What starts the kernel. */
export const KERNEL_MAIN = fileURLToPath(new URL('launch.cjs', import.meta.url));
/** Folder of the kernel's logos. */
export const LOGO_FOLDER = fileURLToPath(new URL('../logo/', import.meta.url));
/** Logos, under the names that Jupyter looks for. */
export const LOGOS = ['logo-svg.svg', 'logo-32x32.png', 'logo-64x64.png'] as const;

/** A kernelspec that Jupyter finds under the kernel's name. */
export interface InstalledKernelspec {
  readonly folder: string;
  /** Its command; null when `kernel.json` cannot be read. */
  readonly argv: readonly string[] | null;
  /** Files of its command that do not exist, such as a Node that was updated away. */
  readonly missing: readonly string[];
}

const Spec = z.looseObject({ argv: z.array(z.string()) });

/**
 * The kernelspec of this installation.
 *
 * @param command what starts the kernel, without the connection file
 */
export function kernelspec(
  command: readonly string[] = [process.execPath, KERNEL_MAIN]
): Record<string, unknown> {
  const hasDebugger = existsSync(fileURLToPath(new URL('debugger', import.meta.url)));
  return {
    argv: [...command, '{connection_file}'],
    display_name: 'TypeScript (Wardbook)',
    language: 'typescript',
    interrupt_mode: 'message',
    kernel_protocol_version: '5.5',
    metadata: {
      ...(hasDebugger && { debugger: true }),
      supported_encryption: ['curve'],
      wardbook: { version: SOFTWARE_VERSION }
    }
  };
}

/** The machine this process runs on. */
export function thisHost(): Host {
  return { platform: process.platform, env: process.env, home: homedir(), pythonPrefix };
}

/**
 * Makes the kernel known to Jupyter clients; a second time changes nothing.
 *
 * @returns the folder of the kernelspec
 * @throws INSTALL_NO_ENVIRONMENT, INSTALL_NOT_WRITABLE
 */
export async function installKernelspec(
  target: InstallTarget,
  host: Host = thisHost()
): Promise<string> {
  const folder = await folderOf(target, host);
  const files = new Map<string, Uint8Array | string>();
  for (const name of LOGOS) files.set(name, await readFile(`${LOGO_FOLDER}${name}`));
  files.set('kernel.json', `${JSON.stringify(kernelspec(), null, 2)}\n`);
  await writeFiles(folder, files);
  return folder;
}

/**
 * Takes the kernelspec away again; notebooks, the kernel itself and its settings stay.
 *
 * @returns its folder; null when there was none
 * @throws INSTALL_NO_ENVIRONMENT, INSTALL_NOT_WRITABLE; INSTALL_NOT_OURS when something else has this name
 */
export async function uninstallKernelspec(
  target: InstallTarget,
  host: Host = thisHost()
): Promise<string | null> {
  const folder = await folderOf(target, host);
  if (!existsSync(folder)) return null;
  const isOurs = (await readdir(folder)).every(name => OURS.test(name));
  if (!isOurs) throw wardbookError('INSTALL_NOT_OURS', { folder });
  await removeFolder(folder);
  return folder;
}

/** All kernelspecs of this name in the order in which Jupyter looks; the first one is used. */
export async function listKernelspecs(host: Host = thisHost()): Promise<InstalledKernelspec[]> {
  const path = pathsOf(host);
  const folders = (await searchFolders(host)).map(data => path.join(data, 'kernels', KERNEL_NAME));
  const found = folders.filter(folder => existsSync(path.join(folder, 'kernel.json')));
  return Promise.all(found.map(describe));
}

async function describe(folder: string): Promise<InstalledKernelspec> {
  try {
    const { argv } = Spec.parse(JSON.parse(await readFile(`${folder}/kernel.json`, 'utf8')));
    const files = argv.filter(word => /^([/\\]|[A-Za-z]:[/\\])/.test(word));
    return { folder, argv, missing: files.filter(file => !existsSync(file)) };
  } catch {
    return { folder, argv: null, missing: [] };
  }
}

/** What an install leaves in its folder; anything else was put there by somebody. */
const OURS = /^(kernel\.json|logo-(svg\.svg|32x32\.png|64x64\.png))(\.\d+\.tmp)?$/;

async function folderOf(target: InstallTarget, host: Host): Promise<string> {
  return pathsOf(host).join(await dataFolder(target, host), 'kernels', KERNEL_NAME);
}
