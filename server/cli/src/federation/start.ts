import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { parseWith, wardbookError } from '@wardbook/protocol';
import { z } from 'zod';
import { ensureCharter, writeMemberKeys } from './charter.js';
import {
  packageFile,
  writeCoordinatorConfig,
  writeHospitalConfigs,
  writeLabConfig
} from './configs.js';
import { readFederationFolder, readJson, type FederationFolder } from './description.js';
import { writeJson } from './files.js';
import { ownerKeys } from './keys.js';
import { layoutOf, type HomeLayout } from './layout.js';
import { Supervisor, type Service, type SupervisorEvents } from './supervisor.js';

/** One person's way in. */
export interface UserLink {
  readonly name: string;
  readonly displayName: string;
  readonly role: string;
  readonly url: string | null;
  readonly token: string;
}

/** A running federation. */
export interface RunningFederation extends AsyncDisposable {
  readonly home: string;
  readonly url: string | null;
  readonly coordinatorUrl: string;
  readonly hospitals: readonly string[];
  readonly users: readonly UserLink[];
}

/** What to start and where. */
export interface FederationOptions {
  readonly folder: string;
  readonly home: string;
  readonly lab: boolean;
}

const Ports = z.strictObject({ coordinator: z.number(), lab: z.number() });

/**
 * Starts coordinator, hospitals and lab of a folder as separate processes, in this order.
 *
 * @throws CONFIG_INVALID, POLICY_OUT_OF_BOUNDS for a wrong folder; Error when a process does not start
 */
export async function startFederation(
  options: FederationOptions,
  events: SupervisorEvents
): Promise<RunningFederation> {
  const { source, layout, ports } = await prepareFederation(options.folder, options.home);
  const supervisor = new Supervisor(events);
  try {
    const coordinatorUrl = urlOf(await supervisor.start(coordinatorService(layout)));
    await writeHospitalConfigs(source, layout, coordinatorUrl);
    await Promise.all(hospitalServices(source, layout).map(service => supervisor.start(service)));
    const url = options.lab
      ? await startLab(source, layout, coordinatorUrl, ports.lab, supervisor)
      : null;
    return {
      home: layout.home,
      url,
      coordinatorUrl,
      hospitals: source.description.hospitals.map(({ id }) => id),
      users: await links(source, layout, url),
      [Symbol.asyncDispose]: () => supervisor[Symbol.asyncDispose]()
    };
  } catch (error) {
    await supervisor[Symbol.asyncDispose]();
    throw error;
  }
}

/** A federation whose keys, charter and coordinator's configuration are written. */
export interface PreparedFederation {
  readonly source: FederationFolder;
  readonly layout: HomeLayout;
  readonly ports: { readonly coordinator: number; readonly lab: number };
}

/**
 * Makes what a federation needs before its first process: keys, charter, ports, the coordinator's configuration.
 *
 * @throws CONFIG_INVALID, POLICY_OUT_OF_BOUNDS for a wrong folder, or one that differs from the home's charter
 */
export async function prepareFederation(folder: string, home: string): Promise<PreparedFederation> {
  const source = await readFederationFolder(folder);
  const layout = layoutOf(home);
  await ensureCharter(source, layout);
  await writeMemberKeys(source, layout);
  const ports = await fixedPorts(layout);
  await writeCoordinatorConfig(source, layout, ports.coordinator);
  return { source, layout, ports };
}

async function startLab(
  source: FederationFolder,
  layout: HomeLayout,
  coordinatorUrl: string,
  port: number,
  supervisor: Supervisor
): Promise<string> {
  await writeLabConfig(source, layout, coordinatorUrl, port);
  return urlOf(
    await supervisor.start({
      name: 'lab',
      script: packageFile('@wardbook/lab', 'main.js'),
      arguments: [layout.lab.config],
      env: {}
    })
  );
}

function coordinatorService(layout: HomeLayout): Service {
  return {
    name: 'coordinator',
    script: packageFile('@wardbook/coordinator', 'main.js'),
    arguments: [layout.coordinator.config],
    env: {}
  };
}

function hospitalServices(source: FederationFolder, layout: HomeLayout): Service[] {
  const record = process.env['WARDBOOK_RECORD'];
  return source.description.hospitals.map(({ id }) => ({
    name: `hospital:${id}`,
    script: packageFile('@wardbook/hospital', 'main.js'),
    arguments: [layout.hospital(id).config],
    env: record === undefined ? {} : { WARDBOOK_RECORD: `${record}-${id}` }
  }));
}

async function links(
  source: FederationFolder,
  layout: HomeLayout,
  url: string | null
): Promise<UserLink[]> {
  const result: UserLink[] = [];
  for (const { id, name, role } of source.description.members) {
    const { token } = await ownerKeys(layout.member(id));
    const link = url === null ? null : new URL(`login?token=${token}`, url).href;
    result.push({ name: id, displayName: name, role, url: link, token });
  }
  return result;
}

/** Ports chosen at the first start and kept, so that links and hospitals' addresses stay valid. */
async function fixedPorts(layout: HomeLayout): Promise<z.infer<typeof Ports>> {
  const file = layout.coordinator.address;
  const stored = existsSync(file)
    ? parseWith(Ports, await readJson(file), 'CONFIG_INVALID')
    : { coordinator: 0, lab: 0 };
  const ports = {
    coordinator: await freePort(stored.coordinator),
    lab: await freePort(stored.lab)
  };
  await writeJson(file, ports);
  return ports;
}

async function freePort(wanted: number): Promise<number> {
  const server = createServer();
  const opened = once(server, 'listening');
  const failed = once(server, 'error').then(() => false);
  server.listen(wanted, '127.0.0.1');
  const free = await Promise.race([opened.then(() => true), failed]);
  if (!free) return freePort(0);
  const address = server.address();
  const closed = once(server, 'close');
  server.close();
  await closed;
  return typeof address === 'object' && address !== null ? address.port : 0;
}

function urlOf(ready: Readonly<Record<string, unknown>>): string {
  const { url } = ready;
  if (typeof url !== 'string') throw wardbookError('CONFIG_INVALID', { path: 'url' });
  return url.endsWith('/') ? url : `${url}/`;
}
