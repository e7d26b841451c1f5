export * from './context.js';
export * from './fixed-point.js';
export * from './keys.js';
export * from './opening-secret.js';
export * from './pairwise.js';
export * from './sum-port.js';
