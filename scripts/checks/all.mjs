import * as docBlocks from './doc-blocks.mjs';
import * as docsCode from './docs-code.mjs';
import * as docsPaths from './docs-paths.mjs';
import * as errors from './errors.mjs';
import * as french from './french.mjs';
import * as importCycles from './import-cycles.mjs';
import * as layers from './layers.mjs';
import * as lockFiles from './lock-files.mjs';
import * as references from './references.mjs';
import * as rules from './rules.mjs';
import * as strictSyntax from './strict-syntax.mjs';

/** Every check of the house: `title`, and `check(tree)` → one line per problem. */
export const CHECKS = [
  importCycles,
  layers,
  strictSyntax,
  french,
  docBlocks,
  errors,
  rules,
  references,
  docsPaths,
  docsCode,
  lockFiles
];
