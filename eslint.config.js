import js from '@eslint/js';
import tseslint from 'typescript-eslint';

/** Where a person reads the console, and no log exists. */
const CONSOLE_IS_THE_SCREEN = [
  'server/cli/src/**',
  'kernel/src/user/**',
  'kernel/src/user-process/**'
];

/** TypeScript that belongs to no package's `tsconfig.json`: checked for syntax, not for types. */
const WITHOUT_TYPES = [
  '**/*.mjs',
  '**/*.js',
  '**/*.cjs',
  'testbed/tests/**',
  'extension/src/**/*.test.ts',
  '*.ts'
];

export default tseslint.config(
  {
    ignores: [
      '**/dist/**',
      '**/node_modules/**',
      '.cache/**',
      '.wardbook/**',
      'extension/lib/**',
      'extension/labextension/**',
      'server/lab/app/build/**',
      'notebooks/**'
    ]
  },
  js.configs.recommended,
  tseslint.configs.recommendedTypeChecked,
  {
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname }
    },
    rules: {
      'no-console': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true }
      ],
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true }
      ],
      // Numbers in messages are wanted; what is no text stays an error.
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true }
      ],
      // A port's method may be asynchronous in one driver and immediate in another.
      '@typescript-eslint/require-await': 'off'
    }
  },
  {
    files: WITHOUT_TYPES,
    extends: [tseslint.configs.disableTypeChecked],
    languageOptions: {
      parserOptions: { projectService: false },
      globals: Object.fromEntries(
        [
          'process',
          'console',
          'Buffer',
          'URL',
          'fetch',
          'WebSocket',
          'AbortSignal',
          'AbortController',
          'setTimeout',
          'clearTimeout',
          'setInterval',
          'clearInterval',
          'performance',
          'structuredClone',
          'TextDecoder',
          'TextEncoder'
        ].map(name => [name, 'readonly'])
      )
    },
    rules: { 'no-console': 'off' }
  },
  { files: CONSOLE_IS_THE_SCREEN, rules: { 'no-console': 'off' } },
  {
    // Lumino's signals take a method and its receiver apart: `connect(this.draw, this)`.
    files: ['extension/src/**'],
    rules: { '@typescript-eslint/unbound-method': 'off' }
  },
  {
    files: ['server/lab/app/src/**'],
    languageOptions: {
      globals: Object.fromEntries(
        [
          'window',
          'document',
          '__webpack_public_path__',
          '__webpack_init_sharing__',
          '__webpack_share_scopes__'
        ].map(name => [name, 'writable'])
      )
    }
  }
);
