import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { CONSTANT, IMPORT, IMPORT_META, MAGIC } from '../transform/made-names.js';
import type { Importer } from './importer.js';

/** What the code that the transform makes calls. */
export interface BuiltInParts {
  readonly importer: Importer;
  readonly magic: (name: string, words: readonly string[]) => Promise<void>;
}

/** The names that the transform writes into the code of cells; people never write them. */
export function madeNames({ importer, magic }: BuiltInParts): Record<string, unknown> {
  const folder = process.cwd();
  const file = join(folder, 'notebook.mjs');
  return {
    [IMPORT]: importer,
    [IMPORT_META]: {
      url: pathToFileURL(file).href,
      filename: file,
      dirname: folder,
      resolve: (specifier: string) => pathToFileURL(createRequire(file).resolve(specifier)).href
    },
    [MAGIC]: magic,
    [CONSTANT]: new Proxy(Object.freeze(Object.create(null)) as object, {
      set: () => {
        throw new TypeError('Assignment to constant variable.');
      }
    })
  };
}
