import { pathToFileURL } from 'node:url';
import { ensureVenv } from './setup/python-venv.mjs';

/** Jupyter's own clients, by which the kernel is tested. */
export const PACKAGES = [
  'jupyter_client==8.10.0',
  'nbclient==0.11.0',
  'nbformat==5.11.1',
  'ipykernel==7.4.0',
  'jupyter_kernel_test==0.7.0',
  'nbconvert==7.17.2',
  'papermill==2.7.0',
  'jupyter_console==6.6.3'
];

/** A virtual environment in `.cache/python` with the pinned clients; undefined when it cannot be had. */
export const ensurePython = () => ensureVenv('python', PACKAGES);

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const python = await ensurePython();
  console.log(
    python ?? 'no python environment: python3 with venv, and a package index, are needed'
  );
  process.exitCode = python ? 0 : 1;
}
