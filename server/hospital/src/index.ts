export * from './audit.js';
export * from './config.js';
export * from './hospital.js';
export { HospitalStore } from './store.js';
