import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { verifyWith } from '@wardbook/masking';
import {
  Charter,
  Dictionary,
  MemberId,
  StudyId,
  charterBytes,
  identityOf,
  parseWith,
  wardbookError
} from '@wardbook/protocol';
import { z } from 'zod';

const KeyPair = z.strictObject({ publicKey: z.string(), privateKey: z.string() });

/** `coordinator.json`; paths are relative to the file. */
export const CoordinatorFile = z.strictObject({
  study: StudyId,
  home: z.string().min(1),
  charter: z.string().min(1),
  dictionary: z.string().min(1),
  keys: z.string().min(1),
  host: z.string().default('127.0.0.1'),
  port: z.number().int().min(0).max(65_535),
  /** `member` null: a lab, which sends requests signed by its users. */
  tokens: z.array(
    z.strictObject({ member: MemberId.nullable(), tokenHash: z.string().regex(/^[0-9a-f]{64}$/) })
  )
});

/** Everything a coordinator needs, read and checked. */
export interface CoordinatorConfig {
  readonly study: StudyId;
  readonly home: string;
  readonly charter: Charter;
  readonly dictionary: Dictionary;
  readonly signing: z.infer<typeof KeyPair>;
  readonly host: string;
  readonly port: number;
  readonly tokens: readonly { readonly member: MemberId | null; readonly tokenHash: string }[];
}

/** Reads `coordinator.json` and what it names. @throws CONFIG_INVALID, CHARTER_INVALID */
export async function loadConfig(path: string): Promise<CoordinatorConfig> {
  const file = await readAs(CoordinatorFile, path);
  const at = (relative: string) => resolve(dirname(path), relative);
  const charter = await readAs(Charter, at(file.charter));
  const dictionary = await readAs(Dictionary, at(file.dictionary));
  const { signing } = await readAs(z.looseObject({ signing: KeyPair }), at(file.keys));
  const bytes = charterBytes(charter);
  const signed = charter.hospitals.every(({ id, signingKey }) => {
    const signature = charter.signatures[id];
    return signature !== undefined && verifyWith(signingKey)(bytes, Buffer.from(signature, 'hex'));
  });
  const fits =
    charter.study === file.study &&
    charter.dictionaryHash === identityOf(dictionary) &&
    charter.coordinatorKey === signing.publicKey;
  if (!signed || !fits)
    throw wardbookError('CHARTER_INVALID', {
      reason: signed ? 'study, dictionary or key' : 'signature'
    });
  return { ...file, home: at(file.home), charter, dictionary, signing };
}

async function readAs<T>(schema: z.ZodType<T>, file: string): Promise<T> {
  let content: unknown;
  try {
    content = JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    throw wardbookError('CONFIG_INVALID', { file, problem: 'unreadable' }, { cause: error });
  }
  return parseWith(schema, content, 'CONFIG_INVALID');
}
