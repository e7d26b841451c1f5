import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  Dictionary,
  HospitalId,
  Localised,
  MemberId,
  Profile,
  StudyId,
  parseWith,
  wardbookError
} from '@wardbook/protocol';
import { z } from 'zod';

const Hospital = z.strictObject({
  id: HospitalId,
  name: Localised,
  /** Asked by pooled plans that name no hospitals. */
  pooledByDefault: z.boolean(),
  /** Handed to the hospital as it is; the hospital checks file, format and mapping rules. */
  data: z.looseObject({ file: z.string().min(1) }),
  policy: z.strictObject({
    profile: Profile,
    overrides: z.record(z.string(), z.unknown()).default({})
  }),
  dataIsPublic: z.boolean().default(false)
});

const Member = z.strictObject({
  id: MemberId,
  name: z.string().min(1),
  role: z.enum(['data-scientist', 'clinician', 'custodian']),
  labRole: z.enum(['owner', 'editor', 'executor', 'commenter', 'viewer']),
  locale: z.enum(['en', 'fr_FR']),
  color: z.string().regex(/^#[0-9a-f]{6}$/i)
});

/** What `federation.json` of a folder says; paths are relative to the folder. */
export const FederationDescription = z.strictObject({
  study: StudyId,
  title: Localised,
  dictionary: z.string().min(1),
  hospitals: z.array(Hospital).min(1).max(64),
  members: z.array(Member).min(1).max(100),
  notebooks: z.array(z.string()).default([]),
  landing: z.string().default('')
});
/** What `federation.json` of a folder says. */
export type FederationDescription = z.infer<typeof FederationDescription>;

/** A folder's description and dictionary, read and checked. */
export interface FederationFolder {
  readonly folder: string;
  readonly description: FederationDescription;
  readonly dictionary: Dictionary;
}

/**
 * Reads a federation folder.
 *
 * @throws CONFIG_INVALID naming the file and the field when something is missing or unknown
 */
export async function readFederationFolder(folder: string): Promise<FederationFolder> {
  const description = parseWith(
    FederationDescription,
    await readJson(join(folder, 'federation.json')),
    'CONFIG_INVALID'
  );
  const dictionary = parseWith(
    Dictionary,
    await readJson(join(folder, description.dictionary)),
    'CONFIG_INVALID'
  );
  if (dictionary.study !== description.study)
    throw wardbookError('CONFIG_INVALID', { file: description.dictionary, path: 'study' });
  return { folder, description, dictionary };
}

/** Reads a JSON file. @throws CONFIG_INVALID when it is absent or not JSON */
export async function readJson(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    throw wardbookError('CONFIG_INVALID', { file, problem: 'unreadable' }, { cause: error });
  }
}
