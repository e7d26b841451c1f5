// Makes reference.json of every analysis that has a reference.R. Run: npm run reference (needs R and survival).
import { createHash } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const DATA = ['centre', 'north', 'south'].map(id => `notebooks/demo/data/${id}.csv`);

const data = DATA.map(file => ({
  file,
  sha256: createHash('sha256')
    .update(readFileSync(new URL(`../${file}`, import.meta.url)))
    .digest('hex')
}));
const by = execFileSync('Rscript', ['-e', 'cat(paste0("R ", getRversion()))'], {
  encoding: 'utf8'
});
const survival = execFileSync('Rscript', ['-e', 'cat(as.character(packageVersion("survival")))'], {
  encoding: 'utf8'
});

let changed = false;
for (const id of readdirSync(new URL('src/', import.meta.url))) {
  const script = `analyses/src/${id}/reference.R`;
  if (!existsSync(new URL(`../${script}`, import.meta.url))) continue;
  const lines = execFileSync('Rscript', [script], {
    cwd: ROOT,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit']
  })
    .trim()
    .split('\n');
  const entries = lines.map(line => {
    const [name, value, tolerance, command] = line.split('\t');
    return {
      name,
      value: Number(value),
      tolerance: Number(tolerance),
      by,
      packages: { survival },
      command,
      data
    };
  });
  const file = new URL(`src/${id}/reference.json`, import.meta.url);
  const text = `${JSON.stringify(entries, null, 2)}\n`;
  if (!existsSync(file) || readFileSync(file, 'utf8') !== text) changed = true;
  writeFileSync(file, text);
  console.log(`${id}: ${entries.length} values by ${by}, survival ${survival}`);
}
console.log(changed ? 'references changed' : 'references unchanged');
