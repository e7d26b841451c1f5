import { expect, it } from 'vitest';
import { kernelEnvironment } from './kernel-environment.js';

it('gives a kernel what it needs and nothing else of the lab', () => {
  const own = {
    PATH: '/bin',
    HOME: '/home/ana',
    LC_ALL: 'C',
    TZ: undefined,
    NODE_OPTIONS: '--require ./x.js',
    AWS_SECRET_ACCESS_KEY: 'secret',
    WARDBOOK_TOKEN: 'of the lab',
    WARDBOOK_RECORD: 'file'
  };
  expect(kernelEnvironment(own, { WARDBOOK_TOKEN: 'of the kernel' })).toEqual({
    PATH: '/bin',
    HOME: '/home/ana',
    LC_ALL: 'C',
    WARDBOOK_TOKEN: 'of the kernel',
    WARDBOOK_SUPERVISED: '1'
  });
});
