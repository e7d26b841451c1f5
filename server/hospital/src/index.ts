export * from './audit.js';
export * from './config.js';
export * from './hospital.js';
export * from './audit-evidence.js';
export { readAudit, readAuditLog } from './read-audit.js';
export { HospitalStore } from './store.js';
export { takeSnapshot, type Snapshot } from './data/snapshot.js';
