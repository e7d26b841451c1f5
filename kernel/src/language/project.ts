import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { GLOBALS_DOCUMENT, VALUES_MODULE } from './globals-types.js';
import { typePackages } from './typescript-binary.js';

/** Name of the document that configures the notebook's folder; one on disk is not read. */
export const PROJECT_DOCUMENT = 'tsconfig.json';

/** Settings under which cells are checked: strict, but free to leave types out, as a notebook is. */
export function projectText(): string {
  const { typeRoots, danfo } = typePackages();
  const here = fileURLToPath(new URL('../language/', import.meta.url));
  const values = ['value-types.d.ts', 'value-types.ts']
    .map(name => join(here, name))
    .filter(file => existsSync(file));
  return JSON.stringify({
    compilerOptions: {
      target: 'esnext',
      lib: ['esnext'],
      module: 'preserve',
      moduleResolution: 'bundler',
      moduleDetection: 'force',
      strict: true,
      // `catch (error) { error.message }` is how notebooks are written.
      useUnknownInCatchVariables: false,
      noEmit: true,
      allowImportingTsExtensions: true,
      resolveJsonModule: true,
      experimentalDecorators: false,
      skipLibCheck: true,
      types: typeRoots.length > 0 ? ['node'] : [],
      typeRoots,
      paths: {
        [VALUES_MODULE]: values.slice(0, 1),
        ...(danfo !== null && { 'danfojs-node': [join(danfo, 'dist', 'danfojs-node', 'src')] })
      }
    },
    // The file lists itself: otherwise the server opens a second project for it.
    files: [`./${PROJECT_DOCUMENT}`, `./${GLOBALS_DOCUMENT}`],
    include: ['./.wardbook-*.ts'],
    typeAcquisition: { enable: false }
  });
}
