import { execFile } from 'node:child_process';
import { posix, win32 } from 'node:path';
import { promisify } from 'node:util';
import { wardbookError } from '@wardbook/protocol';

/** For whom a kernelspec is: this user, a prefix such as a virtual environment, or the active Python environment. */
export type InstallTarget =
  { readonly user: true } | { readonly prefix: string } | { readonly sysPrefix: true };

/** What the places of Jupyter depend on, as an argument: the rules of three systems are tested on one. */
export interface Host {
  readonly platform: NodeJS.Platform;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  /** `sys.prefix` of the `python` that is found first; null when there is none. */
  readonly pythonPrefix: () => Promise<string | null>;
}

const run = promisify(execFile);
const PYTHON_MS = 10_000;

/** Asks the Python on the PATH for its prefix. @returns null when there is no Python */
export async function pythonPrefix(): Promise<string | null> {
  for (const python of process.platform === 'win32' ? ['python', 'py'] : ['python', 'python3']) {
    try {
      const { stdout } = await run(python, ['-c', 'import sys; print(sys.prefix)'], {
        timeout: PYTHON_MS
      });
      if (stdout.trim() !== '') return stdout.trim();
    } catch {
      // Not there, or not a Python: the next name.
    }
  }
  return null;
}

/**
 * Folder of Jupyter's data for a target; `kernels/` lies in it.
 *
 * @throws INSTALL_NO_ENVIRONMENT when the active Python environment is asked for and there is none
 */
export async function dataFolder(target: InstallTarget, host: Host): Promise<string> {
  if ('user' in target) return userData(host);
  const prefix = 'prefix' in target ? target.prefix : await activePrefix(host);
  if (prefix === null) throw wardbookError('INSTALL_NO_ENVIRONMENT');
  return pathsOf(host).join(prefix, 'share', 'jupyter');
}

/** Every folder in which Jupyter looks for kernelspecs, in its order: the first one with a name wins. */
export async function searchFolders(host: Host): Promise<string[]> {
  const { JUPYTER_PATH: named, PROGRAMDATA: programs } = host.env;
  const path = pathsOf(host);
  const prefix = await activePrefix(host);
  const folders = [
    ...(named ?? '').split(path.delimiter).filter(folder => folder !== ''),
    userData(host),
    ...(prefix === null ? [] : [path.join(prefix, 'share', 'jupyter')]),
    ...(host.platform === 'win32'
      ? [path.join(programs ?? 'C:\\ProgramData', 'jupyter')]
      : ['/usr/local/share/jupyter', '/usr/share/jupyter'])
  ];
  return [...new Set(folders)];
}

async function activePrefix({ env, pythonPrefix: ask }: Host): Promise<string | null> {
  const named = env['VIRTUAL_ENV'] ?? env['CONDA_PREFIX'];
  return named !== undefined && named !== '' ? named : ask();
}

// The rules of jupyter_core's `jupyter_data_dir`.
function userData(host: Host): string {
  const { JUPYTER_DATA_DIR: chosen, XDG_DATA_HOME: data, APPDATA: roaming } = host.env;
  const path = pathsOf(host);
  if (chosen !== undefined && chosen !== '') return chosen;
  if (host.platform === 'darwin') return path.join(host.home, 'Library', 'Jupyter');
  if (host.platform === 'win32')
    return path.join(roaming ?? path.join(host.home, 'AppData', 'Roaming'), 'jupyter');
  const share = data !== undefined && data !== '' ? data : path.join(host.home, '.local', 'share');
  return path.join(share, 'jupyter');
}

/** The path rules of a host's system. */
export function pathsOf({ platform }: Pick<Host, 'platform'>): typeof posix {
  return platform === 'win32' ? win32 : posix;
}
