export * from './config.js';
export * from './coordinator.js';
export * from './run/state.js';
export * from './run/step.js';
export { readReleases } from './run/read-releases.js';
