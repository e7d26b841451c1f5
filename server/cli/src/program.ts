import { SOFTWARE_VERSION } from '@wardbook/protocol';
import { Command } from 'commander';
import { askCommand } from './commands/ask.js';
import { auditCommand } from './commands/audit.js';
import { demoCommand } from './commands/demo.js';
import { federationCommand } from './commands/federation.js';
import { kernelCommand } from './commands/kernel.js';
import { loginCommand } from './commands/login.js';
import { serviceCommands } from './commands/services.js';

/** The `wardbook` command with all its parts. */
export function createProgram(): Command {
  const program = new Command('wardbook')
    .description('collaborative notebooks over data that never leaves its hospital')
    .version(SOFTWARE_VERSION);
  for (const add of [
    demoCommand,
    federationCommand,
    serviceCommands,
    kernelCommand,
    loginCommand,
    askCommand,
    auditCommand
  ])
    add(program);
  return program;
}
