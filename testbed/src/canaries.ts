import { cp, readFile, writeFile } from 'node:fs/promises';
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
 * @returns the new folder
 */
export async function plantCanaries(folder: string, target: string): Promise<string> {
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
    row[columns.indexOf('pid')] = String(CANARIES.person);
    row[columns.indexOf('age')] = String(CANARIES.ageYears);
    const lines = [
      `${header},note`,
      `${row.join(',')},${CANARIES.note}`,
      ...rest.map(line => `${line},-`)
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

/** Every form in which a canary could travel: decimal text, float64 and float32 in both byte orders, integers, UTF-16. */
export function canaryForms(): readonly { readonly name: string; readonly bytes: Buffer }[] {
  const { person, ageYears, note } = CANARIES;
  const double = (write: (buffer: Buffer) => void, size: number) => {
    const buffer = Buffer.alloc(size);
    write(buffer);
    return buffer;
  };
  return [
    { name: 'person text', bytes: Buffer.from(String(person)) },
    { name: 'person f64 LE', bytes: double(b => b.writeDoubleLE(person), 8) },
    { name: 'person f64 BE', bytes: double(b => b.writeDoubleBE(person), 8) },
    { name: 'age text', bytes: Buffer.from(String(ageYears).slice(0, 8)) },
    { name: 'age f64 LE', bytes: double(b => b.writeDoubleLE(ageYears), 8) },
    { name: 'age f64 BE', bytes: double(b => b.writeDoubleBE(ageYears), 8) },
    {
      name: 'age fixed point 32 bits LE',
      bytes: double(b => b.writeBigInt64LE(BigInt(Math.round(ageYears * 2 ** 32))), 8)
    },
    { name: 'note', bytes: Buffer.from(note) },
    { name: 'note UTF-16', bytes: Buffer.from(note, 'utf16le') },
    { name: 'note base64', bytes: Buffer.from(Buffer.from(note).toString('base64').slice(0, 40)) }
  ];
}
