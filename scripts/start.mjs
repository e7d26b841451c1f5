// npm start: installs and builds what is missing, then runs `wardbook demo` with the given arguments.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { ROOT, installAndBuild } from './setup/install.mjs';

await installAndBuild();
const child = spawn(
  process.execPath,
  [join(ROOT, 'server/cli/dist/main.js'), 'demo', ...process.argv.slice(2)],
  { cwd: ROOT, stdio: 'inherit' }
);
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
child.on('exit', code => {
  process.exitCode = code ?? 1;
});
