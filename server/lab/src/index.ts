export { startLab, type Lab } from './lab.js';
export * from './rooms/nbformat.js';
