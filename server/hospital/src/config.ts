import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import {
  Charter,
  Dictionary,
  HospitalId,
  Policy,
  StudyId,
  charterBytes,
  identityOf,
  parseWith,
  wardbookError
} from '@wardbook/protocol';
import { checkPolicy } from '@wardbook/guard';
import { verifyWith } from '@wardbook/masking';
import { z } from 'zod';
import { Rule } from './data/rules.js';

const KeyPair = z.strictObject({ publicKey: z.string(), privateKey: z.string() });
const Keys = z.strictObject({ signing: KeyPair, mask: KeyPair });

/** Where the hospital's rows are and how its columns map to the dictionary. */
export const DataSource = z.strictObject({
  file: z.string().min(1),
  format: z.enum(['csv', 'parquet']),
  /** Column that identifies the patient. */
  person: z.string().min(1),
  mapping: z.record(z.string(), Rule)
});
/** Where the hospital's rows are. */
export type DataSource = z.infer<typeof DataSource>;

/** `hospital.json`; paths are relative to the file. */
export const HospitalFile = z.strictObject({
  hospital: HospitalId,
  study: StudyId,
  /** WebSocket address of the coordinator. */
  coordinator: z.url({ protocol: /^wss?$/ }),
  home: z.string().min(1),
  charter: z.string().min(1),
  dictionary: z.string().min(1),
  policy: z.string().min(1),
  keys: z.string().min(1),
  dataIsPublic: z.boolean(),
  data: DataSource
});

/** Everything a hospital process needs, read and checked. */
export interface HospitalConfig {
  readonly hospital: HospitalId;
  readonly study: StudyId;
  readonly coordinator: string;
  readonly home: string;
  readonly charter: Charter;
  readonly dictionary: Dictionary;
  readonly policy: Policy;
  readonly keys: z.infer<typeof Keys>;
  readonly data: DataSource;
}

/**
 * Reads `hospital.json` and the files it names.
 *
 * @throws CONFIG_INVALID naming file and field; CHARTER_INVALID when a signature, the dictionary or the own
 *   keys do not fit the charter; POLICY_OUT_OF_BOUNDS
 */
export async function loadConfig(path: string): Promise<HospitalConfig> {
  const file = await readAs(HospitalFile, path);
  const folder = dirname(path);
  const at = (relative: string) => resolve(folder, relative);
  const config: HospitalConfig = {
    ...file,
    home: at(file.home),
    charter: await readAs(Charter, at(file.charter)),
    dictionary: await readAs(Dictionary, at(file.dictionary)),
    policy: await readAs(Policy, at(file.policy)),
    keys: await readAs(Keys, at(file.keys)),
    data: { ...file.data, file: at(file.data.file) }
  };
  checkPolicy(config.policy, { dataIsPublic: file.dataIsPublic });
  checkCharter(config);
  return config;
}

/** Checks signatures, dictionary, policy owner and own keys. @throws CHARTER_INVALID */
export function checkCharter(config: HospitalConfig): void {
  const { charter, dictionary, policy, hospital, study, keys } = config;
  const refuse = (reason: string): never => {
    throw wardbookError('CHARTER_INVALID', { reason });
  };
  const bytes = charterBytes(charter);
  for (const member of charter.hospitals) {
    const signature = charter.signatures[member.id];
    if (
      signature === undefined ||
      !verifyWith(member.signingKey)(bytes, Buffer.from(signature, 'hex'))
    )
      refuse(`signature of ${member.id}`);
  }
  if (identityOf(dictionary) !== charter.dictionaryHash) refuse('dictionary');
  if (charter.study !== study || policy.study !== study || policy.hospital !== hospital)
    refuse('study');
  const own = charter.hospitals.find(({ id }) => id === hospital);
  if (own?.signingKey !== keys.signing.publicKey || own.maskKey !== keys.mask.publicKey)
    refuse('keys');
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
