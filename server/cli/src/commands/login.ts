import { login, tokenFromInput, type LoginRequest } from '@wardbook/kernel';
import type { Command } from 'commander';
import { printJson, printLine } from '../print.js';

interface Flags extends LoginRequest {
  readonly json?: true;
}

/** Adds `wardbook login`: address, token and key for kernels that no lab starts. */
export function loginCommand(program: Command): void {
  program
    .command('login')
    .description('sign in once for the kernels of JupyterLab, VS Code and other clients')
    .option('--home <dir>', 'a federation on this machine, such as .wardbook of the demo')
    .option('--member <id>', 'who you are, such as ana')
    .option('--url <url>', 'address of the coordinator or lab')
    .option('--token-file <file>', 'file with the token; else WARDBOOK_TOKEN or standard input')
    .option('--key-file <file>', "file with the member's signing key in hexadecimal")
    .option('--json', 'print machine-readable lines')
    .action(async ({ json, ...request }: Flags) => {
      const { file, url } = await login(request, tokenFromInput);
      if (json) printJson({ event: 'signed-in', url, file });
      else printLine(`Signed in at ${url}; stored in ${file}, readable by you only`);
    });
}
