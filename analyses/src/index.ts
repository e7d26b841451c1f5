export * from './analysis.js';
export * from './table.js';
