// Cuts notebooks/data/rotterdam.csv into the three hospitals of the demo. Run: node notebooks/demo/split.mjs
import { readFileSync, writeFileSync } from 'node:fs';

const here = new URL('.', import.meta.url);

/** FNV-1a, 32 bit, of the decimal text of a patient number. */
export function fnv1a(text) {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(text)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash;
}

/** Hospital of a patient: unequal on purpose, the smallest has about 400. */
export function hospitalOf(pid) {
  const share = fnv1a(pid) % 100;
  return share < 33 ? 'north' : share < 86 ? 'centre' : 'south';
}

/** The three files' texts by hospital. */
export function split(csv) {
  const [header, ...rows] = csv.trimEnd().split('\n');
  const parts = { north: [header], centre: [header], south: [header] };
  for (const row of rows) parts[hospitalOf(row.slice(0, row.indexOf(',')))].push(row);
  return Object.fromEntries(
    Object.entries(parts).map(([id, lines]) => [id, `${lines.join('\n')}\n`])
  );
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  const parts = split(readFileSync(new URL('../data/rotterdam.csv', here), 'utf8'));
  for (const [id, text] of Object.entries(parts))
    writeFileSync(new URL(`data/${id}.csv`, here), text);
}
