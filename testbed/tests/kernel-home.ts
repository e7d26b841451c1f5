import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** Path of a file of the repository. */
export const inRepository = (path: string) =>
  fileURLToPath(new URL(`../../${path}`, import.meta.url));
/** Interpreter with the Jupyter clients; '' when there is none and the tests are skipped. */
export const PYTHON = process.env['WARDBOOK_PYTHON'] ?? '';
/** Name of the kernelspec under test. */
export const KERNEL = 'wardbook-typescript';

/** A cell of a notebook under test. */
export interface Cell {
  readonly source: string;
  readonly tags?: readonly string[];
}

/** A folder with the kernelspec installed, an environment that points Jupyter to it, and runs of Python programs in it. */
export class KernelHome implements AsyncDisposable {
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;

  private constructor(folder: string) {
    this.folder = folder;
    this.env = {
      ...process.env,
      JUPYTER_PATH: join(folder, 'jupyter', 'share', 'jupyter'),
      IPYTHONDIR: join(folder, 'ipython'),
      XDG_DATA_HOME: join(folder, 'data'),
      XDG_STATE_HOME: folder,
      JUPYTER_CONFIG_DIR: join(folder, 'config'),
      PYTHONWARNINGS: 'ignore'
    };
  }

  /** Makes the folder and installs the kernelspec into it. */
  static async create(): Promise<KernelHome> {
    const home = new KernelHome(await mkdtemp(join(tmpdir(), 'wardbook-kernel-')));
    const main = inRepository('server/cli/dist/main.js');
    await execute(process.execPath, [
      main,
      'kernel',
      'install',
      '--prefix',
      join(home.folder, 'jupyter')
    ]);
    return home;
  }

  /** Runs a Python program; rejects with its standard error when it fails or runs for longer than `limitMs`. */
  python(
    args: readonly string[],
    options: { cwd?: string; env?: NodeJS.ProcessEnv; limitMs?: number } = {}
  ) {
    return execute(PYTHON, [...args], {
      cwd: options.cwd ?? this.folder,
      env: { ...this.env, ...options.env },
      maxBuffer: 256_000_000,
      timeout: options.limitMs ?? 240_000,
      killSignal: 'SIGKILL'
    });
  }

  /** Writes a notebook for this kernel and answers with its path. */
  async notebook(name: string, cells: readonly Cell[]): Promise<string> {
    const path = join(this.folder, `${name}.ipynb`);
    const written = cells.map(({ source, tags }, index) => ({
      id: `c${index}`,
      source,
      cell_type: 'code',
      metadata: tags ? { tags } : {},
      outputs: [],
      execution_count: null
    }));
    const metadata = {
      kernelspec: { name: KERNEL, display_name: 'TypeScript (Wardbook)', language: 'typescript' },
      language_info: { name: 'typescript', file_extension: '.ts' }
    };
    await writeFile(
      path,
      JSON.stringify({ nbformat: 4, nbformat_minor: 5, metadata, cells: written })
    );
    return path;
  }

  /** A folder that Python finds as a package which carries the papermill translator. */
  async papermillPackage(): Promise<string> {
    const info = join(this.folder, 'python', 'wardbook-0.1.0.dist-info');
    await mkdir(info, { recursive: true });
    await writeFile(
      join(info, 'METADATA'),
      'Metadata-Version: 2.1\nName: wardbook\nVersion: 0.1.0\n'
    );
    await writeFile(
      join(info, 'entry_points.txt'),
      '[papermill.engine]\nwardbook = wardbook_papermill:Engine\n'
    );
    return [join(this.folder, 'python'), inRepository('kernel/papermill')].join(':');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}
