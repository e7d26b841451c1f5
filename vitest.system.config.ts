import { defineConfig } from 'vitest/config';

/** Whole-system tests: real processes from the built packages, one file at a time. */
export default defineConfig({
  test: {
    include: ['testbed/tests/**/*.test.ts'],
    fileParallelism: false,
    testTimeout: 900_000,
    hookTimeout: 120_000
  }
});
