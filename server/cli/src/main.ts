#!/usr/bin/env node
import { WardbookError } from '@wardbook/protocol';
import { CliExit } from './exit.js';
import { createProgram } from './program.js';

try {
  await createProgram().parseAsync();
} catch (error) {
  if (error instanceof CliExit) process.exitCode = error.exitCode;
  else if (error instanceof WardbookError) {
    const { code, message, mend, limits } = error.toWire();
    process.stderr.write(`${code}: ${message} ${JSON.stringify(limits)}\n${mend}\n`);
    process.exitCode = 2;
  } else {
    process.stderr.write(
      `${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`
    );
    process.exitCode = 1;
  }
}
