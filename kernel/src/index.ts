export * from './federation/gateway-client.js';
export * from './federation/sign.js';
export * from './install.js';
