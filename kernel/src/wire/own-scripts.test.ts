import { describe, expect, it } from 'vitest';
import { besideBundle, ownScript } from './own-scripts.js';

describe('the kernel finds its scripts', () => {
  it('in their folders from a module', () => {
    const from = 'file:///opt/kernel/dist/protocol/user-child.js';

    expect(ownScript('user/user-process', from)).toBe('/opt/kernel/dist/user/user-process.js');
    expect(besideBundle('oxc-parser', from)).toBe('oxc-parser');
  });

  it('beside it from a bundle', () => {
    const from = 'file:///opt/kernel/dist/start/main.cjs';

    expect(ownScript('user/user-process', from)).toBe('/opt/kernel/dist/start/user-process.cjs');
    expect(besideBundle('oxc-parser', from)).toBe('./oxc-parser.cjs');
  });
});
