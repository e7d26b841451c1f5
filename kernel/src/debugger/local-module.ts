import { readFileSync, realpathSync, statSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import { pathToFileURL } from 'node:url';
import { moduleCode } from '../user/module-code.js';
import type { EvaluatedSource } from '../user/sources.js';
import { isLocalModule } from './frames.js';

/** A module that cells can import, under a name of V8's script. */
export interface LocalModule extends EvaluatedSource {
  readonly url: string;
}

const MODULE = /\.[cm]?[jt]s$/;
/** A longer file is no source that a person debugs, bytes. */
const LONGEST = 4_194_304;

/**
 * The module of a file as its file is at this moment, whether a cell has imported it or not, under every name that V8
 * may know it by: a cell may import it by a link. Empty for a file that is none of the person's own, cannot be read, or
 * does not parse.
 *
 * @param path absolute
 */
export function localModules(path: string): LocalModule[] {
  if (!isAbsolute(path) || !MODULE.test(path)) return [];
  try {
    const urls = [path, realpathSync(path)].map(name => pathToFileURL(name).href);
    if (!urls.some(isLocalModule) || statSync(path).size > LONGEST) return [];
    const source = readFileSync(path, 'utf8');
    const made = moduleCode(source, path);
    return [...new Set(urls)].filter(isLocalModule).map(url => ({ url, source, ...made }));
  } catch {
    return [];
  }
}
