import { defineConfig } from 'vitest/config';

/** Unit and property tests run on the sources: no build is needed for them. */
export default defineConfig({
  resolve: { conditions: ['wardbook-source', 'node', 'import', 'default'] },
  ssr: { resolve: { conditions: ['wardbook-source', 'node', 'import', 'default'] } },
  test: {
    include: ['*/src/**/*.test.ts', 'server/*/src/**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**', 'extension/{lib,labextension}/**'],
    testTimeout: 20_000
  }
});
