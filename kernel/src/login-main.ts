import { parseArgs } from 'node:util';
import { WardbookError } from '@wardbook/protocol';
import { login, tokenFromInput } from './federation/login-command.js';

// `wardbook-login` of the Python package: the same as `wardbook login`, without the rest of the command.
const text = { type: 'string' } as const;
try {
  const { values } = parseArgs({
    options: { home: text, member: text, url: text, 'token-file': text, 'key-file': text }
  });
  const { 'token-file': tokenFile, 'key-file': keyFile, ...named } = values;
  const { file, url } = await login({ ...named, tokenFile, keyFile }, tokenFromInput);
  process.stdout.write(`Signed in at ${url}; stored in ${file}\n`);
} catch (error) {
  process.exitCode = 2;
  if (error instanceof WardbookError) {
    const { code, message, mend, limits } = error.toWire();
    process.stderr.write(`${code}: ${message} ${JSON.stringify(limits)}\n${mend}\n`);
  } else process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
}
