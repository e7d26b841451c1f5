export * from './federation/gateway-client.js';
export { resultBundle } from './federation/show.js';
export * from './federation/sign.js';
export * from './install.js';
