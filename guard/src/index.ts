export * from './hide.js';
export * from './judge.js';
export * from './preview-rules.js';
export * from './profiles.js';
export * from './round-release.js';
export * from './verdict.js';
