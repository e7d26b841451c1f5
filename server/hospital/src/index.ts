export * from './audit.js';
export * from './config.js';
export * from './hospital.js';
export { HospitalStore, readAudit } from './store.js';
export { takeSnapshot, type Snapshot } from './data/snapshot.js';
