import { spawn } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import type { ErrorCode, ErrorLimits } from '@wardbook/protocol';

/** How an installation speaks to the cell. */
export interface InstallParts {
  /** The notebook's own folder. */
  readonly folder: string;
  readonly write: (text: string) => void;
}

/** Name, optional scope, optional version or tag; nothing that npm would read as an option, a path or an address. */
const PACKAGE = /^(?:@[a-z0-9][a-z0-9._~-]*\/)?[a-z0-9][a-z0-9._~-]*(?:@[\w.~^<>=*+-]+)?$/i;
const LONGEST_NAME = 214;

/** Whether a text names a package, perhaps with its version. */
export function isPackageName(text: string): boolean {
  return text.length <= LONGEST_NAME && PACKAGE.test(text);
}

/**
 * Installs packages into the notebook's folder by npm, without a shell and without install scripts; npm's output is
 * shown as it comes.
 *
 * @throws KERNEL_PACKAGE_NAME, KERNEL_PACKAGE_FAILED
 */
export async function addPackages(names: readonly string[], parts: InstallParts): Promise<void> {
  for (const name of names)
    if (!isPackageName(name))
      throw await failure('KERNEL_PACKAGE_NAME', { package: name.slice(0, 80) });
  const npm = npmScript();
  if (npm === null) throw await failure('KERNEL_PACKAGE_FAILED', { reason: 'npm was not found' });
  const fixed = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel', 'warn'];
  const where = ['--prefix', parts.folder];
  const code = await runNpm([npm, 'install', ...fixed, ...where, '--', ...names], parts);
  if (code !== 0)
    throw await failure('KERNEL_PACKAGE_FAILED', {
      packages: names.join(' '),
      exitCode: code ?? -1
    });
}

function runNpm(argv: readonly string[], { folder, write }: InstallParts): Promise<number | null> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, argv, {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, NO_COLOR: '1', npm_config_color: 'false' }
    });
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => write(text));
    child.on('error', reject).on('close', resolve);
  });
}

/** npm's own script, so that no shell and no `npm.cmd` is needed; null when there is no npm. */
export function npmScript(): string | null {
  const own = dirname(process.execPath);
  const script = join('node_modules', 'npm', 'bin', 'npm-cli.js');
  const beside = [join(own, '..', 'lib', script), join(own, script)];
  const onPath = (process.env['PATH'] ?? '').split(delimiter).flatMap(folder => {
    const link = join(folder, 'npm');
    const real = existsSync(link) ? realpathSync(link) : '';
    return [...(real.endsWith('.js') ? [real] : []), join(folder, script)];
  });
  return [...beside, ...onPath].find(path => existsSync(path)) ?? null;
}

// The registry of errors is large: it is loaded when something failed.
async function failure(code: ErrorCode, limits: ErrorLimits): Promise<Error> {
  const { wardbookError } = await import('@wardbook/protocol');
  return wardbookError(code, limits);
}
