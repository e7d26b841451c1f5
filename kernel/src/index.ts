export * from './federation/gateway-client.js';
export { resultBundle } from './federation/show.js';
export * from './federation/sign.js';
export * from './install.js';
export { type InstallTarget } from './install-places.js';
export * from './federation/login.js';
export * from './federation/login-command.js';
