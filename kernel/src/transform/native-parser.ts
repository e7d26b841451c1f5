import { createRequire } from 'node:module';
import type { parseSync } from 'oxc-parser';
import { besideBundle } from '../wire/own-scripts.js';

type ParseSync = typeof parseSync;

const require = createRequire(import.meta.url);
let loaded: ParseSync | null = null;

/** The native parser, loaded at the first call. @throws where this machine has no binding for it */
export function nativeParseSync(): ParseSync {
  loaded ??= (require(besideBundle('oxc-parser', import.meta.url)) as { parseSync: ParseSync })
    .parseSync;
  return loaded;
}
