import { cp, readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Values planted in one patient's row at every hospital; none may ever leave a hospital process. */
export const CANARIES = {
  /** A patient number nobody else has. */
  person: 918_273_645,
  /** An age nobody else has, years. */
  ageYears: 61.739_528_46,
  /** Free text in a column that no rule maps. */
  note: 'CANARY-7f3a-metastasis-in-letter'
} as const;

/**
 * Copies a federation folder and plants the canaries in the first row of each hospital's file.
 *
 * @param ages `all` gives every patient the canary's age, so that an honest mean is the canary: with it the search
 *   is tried on a value that does leave
 * @returns the new folder
 */
export async function plantCanaries(
  folder: string,
  target: string,
  ages: 'first' | 'all' = 'first'
): Promise<string> {
  await cp(folder, target, { recursive: true });
  const federation = JSON.parse(await readFile(join(target, 'federation.json'), 'utf8')) as {
    hospitals: { data: { file: string } }[];
    notebooks?: string[];
  };
  for (const { data } of federation.hospitals) {
    const file = join(target, data.file);
    const [header = '', first = '', ...rest] = (await readFile(file, 'utf8')).trimEnd().split('\n');
    const columns = header.split(',');
    const row = first.split(',');
    const withAge = (line: string) =>
      line
        .split(',')
        .map((cell, at) => (columns[at] === 'age' ? String(CANARIES.ageYears) : cell))
        .join(',');
    row[columns.indexOf('pid')] = String(CANARIES.person);
    row[columns.indexOf('age')] = String(CANARIES.ageYears);
    const lines = [
      `${header},note`,
      `${row.join(',')},${CANARIES.note}`,
      ...rest.map(line => `${ages === 'all' ? withAge(line) : line},-`)
    ];
    await writeFile(file, `${lines.join('\n')}\n`);
  }
  delete federation.notebooks;
  await writeFile(
    join(target, 'federation.json'),
    JSON.stringify({ ...federation, notebooks: [] })
  );
  return target;
}

/** A way to write a canary. */
export interface CanaryForm {
  readonly name: string;
  readonly bytes: Buffer;
}

const MOST_FRACTION_BITS = 52;

/** Every form in which a canary could travel: decimal text, float64 in both byte orders, fixed point, UTF-16, base64. */
export function canaryForms(): readonly CanaryForm[] {
  const { person, ageYears, note } = CANARIES;
  return [
    { name: 'person text', bytes: Buffer.from(String(person)) },
    ...floats('person', person),
    { name: 'age text', bytes: Buffer.from(String(ageYears).slice(0, 8)) },
    ...floats('age', ageYears),
    ...fixedPoints('age', ageYears),
    { name: 'note', bytes: Buffer.from(note) },
    { name: 'note UTF-16', bytes: Buffer.from(note, 'utf16le') },
    { name: 'note base64', bytes: Buffer.from(Buffer.from(note).toString('base64').slice(0, 40)) }
  ];
}

function floats(name: string, value: number): CanaryForm[] {
  return [
    { name: `${name} f64 LE`, bytes: written(8, bytes => bytes.writeDoubleLE(value)) },
    { name: `${name} f64 BE`, bytes: written(8, bytes => bytes.writeDoubleBE(value)) }
  ];
}

/** Ring elements of an unmasked sum; fewer than 24 fraction bits name too few digits to be told from chance. */
function fixedPoints(name: string, value: number): CanaryForm[] {
  return Array.from({ length: MOST_FRACTION_BITS - 23 }, (_, at) => {
    const bits = at + 24;
    const scaled = BigInt(Math.round(value * 2 ** bits));
    return {
      name: `${name} fixed point, ${bits} bits`,
      bytes: written(8, bytes => bytes.writeBigInt64LE(scaled))
    };
  });
}

function written(size: number, write: (bytes: Buffer) => void): Buffer {
  const bytes = Buffer.alloc(size);
  write(bytes);
  return bytes;
}

/** Names of the forms that occur in some bytes. */
export function canariesIn(bytes: Buffer): string[] {
  return canaryForms()
    .filter(form => bytes.includes(form.bytes))
    .map(({ name }) => name);
}

/**
 * Searches all files under a folder.
 *
 * @returns number of bytes searched, and `file: form` for every hit
 */
export async function searchCanaries(
  folder: string
): Promise<{ readonly bytes: number; readonly hits: readonly string[] }> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const hits: string[] = [];
  let bytes = 0;
  for (const entry of entries.filter(each => each.isFile())) {
    const content = await readFile(join(entry.parentPath, entry.name));
    bytes += content.length;
    hits.push(...canariesIn(content).map(form => `${entry.name}: ${form}`));
  }
  return { bytes, hits };
}
