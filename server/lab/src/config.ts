import { readFile } from 'node:fs/promises';
import { MemberId, parseWith } from '@wardbook/protocol';
import { z } from 'zod';

/** What a user may do in shared notebooks. */
export const Role = z.enum(['viewer', 'commenter', 'executor', 'editor', 'owner']);
/** What a user may do in shared notebooks. */
export type Role = z.infer<typeof Role>;

const User = z.strictObject({
  name: z.string().regex(/^[a-z][a-z0-9-]{0,63}$/),
  displayName: z.string().min(1).max(100),
  color: z.string().min(1).max(40),
  role: Role,
  locale: z.enum(['en', 'fr_FR']),
  member: MemberId,
  tokenHash: z.string().regex(/^[0-9a-f]{64}$/)
});

/** A person who may log in. */
export type LabUser = z.infer<typeof User>;

const Config = z.strictObject({
  home: z.string(),
  notebooks: z.string(),
  host: z.string(),
  port: z.number().int().min(0).max(65_535),
  app: z.strictObject({ build: z.string(), labextension: z.string() }),
  kernelCommand: z.array(z.string()).min(1),
  coordinator: z.strictObject({ url: z.url(), token: z.string().min(16) }),
  users: z.array(User).min(1),
  memberKeys: z.string(),
  landing: z.string().nullable()
});

const MemberKeys = z.record(
  z.string(),
  z.strictObject({ publicKey: z.string(), privateKey: z.string().regex(/^[0-9a-f]{64}$/) })
);

/** The lab's configuration file (docs/interfaces.md) with the signing keys of its users read in. */
export interface LabConfig extends z.infer<typeof Config> {
  /** Raw Ed25519 private keys, hexadecimal, by member. */
  readonly signingKeys: ReadonlyMap<string, string>;
}

/** Reads a configuration file. @throws CONFIG_INVALID */
export async function readLabConfig(path: string): Promise<LabConfig> {
  const config = parseWith(Config, await readJson(path), 'CONFIG_INVALID');
  const keys = parseWith(MemberKeys, await readJson(config.memberKeys), 'CONFIG_INVALID');
  const signingKeys = new Map(
    Object.entries(keys).map(([member, { privateKey }]) => [member, privateKey])
  );
  return { ...config, signingKeys };
}

async function readJson(path: string): Promise<unknown> {
  return JSON.parse(await readFile(path, 'utf8'));
}
