// What is bundled of the parser: the rest of its package walks trees, which nothing here needs.
export { parseSync } from 'oxc-parser';
