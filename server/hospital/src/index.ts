export * from './audit.js';
export * from './config.js';
export * from './hospital.js';
export { HospitalStore, readAudit } from './store.js';
