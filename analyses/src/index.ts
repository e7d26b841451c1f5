export * from './analysis.js';
export * from './catalogue.js';
export * from './cohort.js';
export * from './count/count.js';
export * from './groups.js';
export * from './preview.js';
export * from './table.js';
export * from './text.js';
