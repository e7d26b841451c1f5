export * from './ask.js';
export * from './federation-process.js';
export * from './random-plans.js';
export * from './canaries.js';
export * from './lab-client.js';
export * from './client.js';
export * from './lying-coordinator.js';
export * from './browser.js';
