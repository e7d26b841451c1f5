import { existsSync } from 'node:fs';
import { copyFile, mkdir } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FederationFolder } from './description.js';
import { writeJson, writeSecret } from './files.js';
import { ownerKeys, tokenHash } from './keys.js';
import type { HomeLayout } from './layout.js';

/** Writes the coordinator's configuration. `port` 0 = any free one. */
export async function writeCoordinatorConfig(
  source: FederationFolder,
  layout: HomeLayout,
  port: number
): Promise<void> {
  const tokens = [];
  for (const { id } of source.description.members)
    tokens.push({ member: id, tokenHash: tokenHash((await ownerKeys(layout.member(id))).token) });
  const lab = await ownerKeys(layout.coordinator.keys);
  await writeSecret(layout.coordinator.config, {
    study: source.description.study,
    home: layout.coordinator.state,
    charter: layout.charter,
    dictionary: layout.dictionary,
    keys: layout.coordinator.keys,
    host: '127.0.0.1',
    port,
    tokens: [...tokens, { member: null, tokenHash: tokenHash(lab.token) }]
  });
}

/** Writes every hospital's configuration. */
export async function writeHospitalConfigs(
  source: FederationFolder,
  layout: HomeLayout,
  coordinatorUrl: string
): Promise<void> {
  const socket = new URL('v1/hospital', coordinatorUrl);
  socket.protocol = 'ws:';
  for (const hospital of source.description.hospitals) {
    const files = layout.hospital(hospital.id);
    await writeJson(files.config, {
      hospital: hospital.id,
      study: source.description.study,
      coordinator: socket.href,
      home: files.state,
      charter: layout.charter,
      dictionary: layout.dictionary,
      policy: files.policy,
      keys: files.keys,
      dataIsPublic: hospital.dataIsPublic,
      data: { ...hospital.data, file: resolve(source.folder, hospital.data.file) }
    });
  }
}

/** Writes the lab's configuration and copies the folder's notebooks that are not there yet. */
export async function writeLabConfig(
  source: FederationFolder,
  layout: HomeLayout,
  coordinatorUrl: string,
  port: number
): Promise<void> {
  await mkdir(layout.lab.notebooks, { recursive: true });
  for (const notebook of source.description.notebooks) {
    const target = join(layout.lab.notebooks, basename(notebook));
    if (!existsSync(target)) await copyFile(resolve(source.folder, notebook), target);
  }
  const users = [];
  for (const member of source.description.members) {
    const { token } = await ownerKeys(layout.member(member.id));
    users.push({
      name: member.id,
      displayName: member.name,
      color: member.color,
      role: member.labRole,
      locale: member.locale,
      member: member.id,
      tokenHash: tokenHash(token)
    });
  }
  const { token } = await ownerKeys(layout.coordinator.keys);
  await writeSecret(layout.lab.config, {
    home: layout.lab.state,
    notebooks: layout.lab.notebooks,
    host: '127.0.0.1',
    port,
    app: {
      build: fromRoot('server/lab/app/build'),
      labextension: fromRoot('extension/labextension')
    },
    kernelCommand: [process.execPath, packageFile('@wardbook/kernel', 'launch.cjs')],
    coordinator: { url: coordinatorUrl, token },
    users,
    memberKeys: layout.memberKeys,
    landing: source.description.landing
  });
}

/** A file of a package's `dist`, such as its process entry. */
export function packageFile(name: string, file: string): string {
  return fileURLToPath(new URL(file, import.meta.resolve(name)));
}

function fromRoot(path: string): string {
  return fileURLToPath(new URL(`../../../../${path}`, import.meta.url));
}
