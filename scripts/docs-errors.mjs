import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { errorsPage, readRegistry } from './checks/error-registry.mjs';
import { readTree } from './checks/tree.mjs';

/** Writes docs/errors.md from the error registry. */
const entries = readRegistry(readTree(fileURLToPath(new URL('..', import.meta.url))));
writeFileSync(new URL('../docs/errors.md', import.meta.url), errorsPage(entries));
console.log(`docs/errors.md: ${entries.length} codes`);
