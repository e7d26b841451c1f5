export { gridDistance, type GridDistance } from './commands/grid-distance.js';
export { writeHospitalConfigs } from './federation/configs.js';
export * from './federation/start.js';
export * from './member-client.js';
export { createProgram } from './program.js';
