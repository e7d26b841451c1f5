import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { checkPolicy, defaultPolicy } from '@wardbook/guard';
import { sealOpeningSecret, signWith } from '@wardbook/masking';
import {
  Charter,
  Policy,
  canonicalJson,
  charterBytes,
  identityOf,
  parseWith,
  wardbookError
} from '@wardbook/protocol';
import { readJson, type FederationDescription, type FederationFolder } from './description.js';
import { writeJson, writeSecret } from './files.js';
import { hospitalKeys, ownerKeys, type HospitalKeys } from './keys.js';
import type { HomeLayout } from './layout.js';

type HospitalDescription = FederationDescription['hospitals'][number];

/**
 * The charter of the study: made and signed by all hospitals at the first start, read later.
 *
 * @throws POLICY_OUT_OF_BOUNDS when a described policy is looser than its profile allows
 * @throws CONFIG_INVALID when the folder describes another study, dictionary, hospitals or members than the charter
 *   that the home folder holds: what all hospitals have signed is not changed by an edit of a file
 */
export async function ensureCharter(
  source: FederationFolder,
  layout: HomeLayout
): Promise<Charter> {
  if (existsSync(layout.charter)) {
    const charter = parseWith(Charter, await readJson(layout.charter), 'CONFIG_INVALID');
    checkSame(source, charter, layout);
    return charter;
  }
  const { description, dictionary } = source;
  await writeJson(layout.dictionary, dictionary);
  const openingSecret = randomBytes(32);
  const keysOf = new Map<string, HospitalKeys>();
  const hospitals: Charter['hospitals'] = [];
  for (const hospital of description.hospitals) {
    const keys = await hospitalKeys(layout.hospital(hospital.id).keys);
    keysOf.set(hospital.id, keys);
    const policy = policyOf(description, hospital);
    await writeJson(layout.hospital(hospital.id).policy, policy);
    hospitals.push({
      id: hospital.id,
      name: hospital.name,
      signingKey: keys.signing.publicKey,
      maskKey: keys.mask.publicKey,
      sealedOpeningSecret: sealOpeningSecret(openingSecret, keys.mask.publicKey),
      pooledByDefault: hospital.pooledByDefault,
      policy
    });
  }
  const members: Charter['members'] = [];
  for (const { id, name, role } of description.members) {
    const keys = await ownerKeys(layout.member(id));
    members.push({ id, name, role, key: keys.signing.publicKey });
  }
  const coordinator = await ownerKeys(layout.coordinator.keys);
  const unsigned = {
    charter: 1 as const,
    study: description.study,
    title: description.title,
    version: 1,
    dictionaryHash: identityOf(dictionary),
    coordinatorKey: coordinator.signing.publicKey,
    hospitals,
    members
  };
  const bytes = charterBytes(unsigned);
  const signatures = Object.fromEntries(
    [...keysOf].map(([id, keys]) => [
      id,
      Buffer.from(signWith(keys.signing.privateKey)(bytes)).toString('hex')
    ])
  );
  const charter: Charter = { ...unsigned, signatures };
  await writeJson(layout.charter, charter);
  return charter;
}

function checkSame(source: FederationFolder, charter: Charter, layout: HomeLayout): void {
  const { description, dictionary } = source;
  const described = {
    study: description.study,
    title: description.title,
    dictionary: identityOf(dictionary),
    hospitals: description.hospitals.map(hospital => ({
      id: hospital.id,
      name: hospital.name,
      pooledByDefault: hospital.pooledByDefault,
      policy: policyOf(description, hospital)
    })),
    members: description.members.map(({ id, name, role }) => ({ id, name, role }))
  };
  const signed: typeof described = {
    study: charter.study,
    title: charter.title,
    dictionary: charter.dictionaryHash,
    hospitals: charter.hospitals.map(({ id, name, pooledByDefault, policy }) => ({
      id,
      name,
      pooledByDefault,
      policy
    })),
    members: charter.members.map(({ id, name, role }) => ({ id, name, role }))
  };
  for (const path of ['study', 'dictionary', 'hospitals', 'members', 'title'] as const)
    if (canonicalJson(described[path]) !== canonicalJson(signed[path]))
      throw wardbookError('CONFIG_INVALID', {
        path,
        problem: 'differs-from-charter',
        home: layout.home
      });
}

/** Keys of all members in the one file that the lab reads. */
export async function writeMemberKeys(source: FederationFolder, layout: HomeLayout): Promise<void> {
  const keys: Record<string, unknown> = {};
  for (const { id } of source.description.members)
    keys[id] = (await ownerKeys(layout.member(id))).signing;
  await writeSecret(layout.memberKeys, keys);
}

function policyOf(description: FederationDescription, hospital: HospitalDescription): Policy {
  const { profile, overrides } = hospital.policy;
  const ids = { hospital: hospital.id, study: description.study };
  const policy = parseWith(
    Policy,
    { ...defaultPolicy(profile, ids), ...overrides },
    'CONFIG_INVALID'
  );
  checkPolicy(policy, { dataIsPublic: hospital.dataIsPublic });
  return policy;
}
