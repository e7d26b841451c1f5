import { prepareFederation, writeHospitalConfigs, type PreparedFederation } from '@wardbook/cli';
import { startCoordinator, type Coordinator } from '@wardbook/coordinator';
import { startHospital, type Hospital } from '@wardbook/hospital';

/** What to start in this process. */
export interface FederationInProcessOptions {
  /** Folder with `federation.json`. */
  readonly folder: string;
  readonly home: string;
  /** Clock of coordinator and hospitals, milliseconds. */
  readonly now?: () => number;
  /** Events of the parts as they would log them. */
  readonly log?: (part: string, event: string) => void;
}

/**
 * A whole federation in this process: the real coordinator and the real hospitals over real sockets, no lab. For tests
 * where a process of its own is not the point; members ask by `memberClient(home, member)`.
 *
 * @throws CONFIG_INVALID, POLICY_OUT_OF_BOUNDS and whatever a hospital refuses to start with
 */
export async function startFederationInProcess(
  options: FederationInProcessOptions
): Promise<FederationInProcess> {
  const prepared = await prepareFederation(options.folder, options.home);
  const federation = new FederationInProcess(options, prepared);
  try {
    await federation.startCoordinator();
    await Promise.all(federation.hospitals.map(id => federation.startHospital(id)));
  } catch (error) {
    await federation[Symbol.asyncDispose]();
    throw error;
  }
  return federation;
}

/** A running federation whose parts can be stopped and started; ended by its async dispose. */
export class FederationInProcess {
  readonly #options: FederationInProcessOptions;
  readonly #prepared: PreparedFederation;
  readonly #running = new Map<string, Hospital>();
  #coordinator: Coordinator | null = null;

  constructor(options: FederationInProcessOptions, prepared: PreparedFederation) {
    this.#options = options;
    this.#prepared = prepared;
  }

  /** Folder of keys and state. */
  get home(): string {
    return this.#prepared.layout.home;
  }

  /** Ids of the hospitals, in the folder's order. */
  get hospitals(): readonly string[] {
    return this.#prepared.source.description.hospitals.map(({ id }) => id);
  }

  /** The coordinator that runs. */
  get coordinator(): Coordinator {
    if (this.#coordinator === null) throw new Error('the coordinator is stopped');
    return this.#coordinator;
  }

  /** Starts the coordinator, at the address it had before. */
  async startCoordinator(): Promise<void> {
    const { source, layout } = this.#prepared;
    const coordinator = await startCoordinator(
      layout.coordinator.config,
      this.#part('coordinator')
    );
    this.#coordinator = coordinator;
    await writeHospitalConfigs(source, layout, coordinator.url);
  }

  /** Ends the coordinator; the hospitals try to reach it until it is back. */
  async stopCoordinator(): Promise<void> {
    await this.#coordinator?.[Symbol.asyncDispose]();
    this.#coordinator = null;
  }

  /** Starts a hospital from its folder and waits until it is connected. */
  async startHospital(id: string): Promise<void> {
    const file = this.#prepared.layout.hospital(id).config;
    const hospital = await startHospital(file, this.#part(`hospital:${id}`));
    this.#running.set(id, hospital);
    await hospital.connected;
  }

  /** Ends a hospital. */
  async stopHospital(id: string): Promise<void> {
    const hospital = this.#running.get(id);
    this.#running.delete(id);
    await hospital?.[Symbol.asyncDispose]();
  }

  /** Ends everything. */
  async [Symbol.asyncDispose](): Promise<void> {
    for (const id of [...this.#running.keys()]) await this.stopHospital(id);
    await this.stopCoordinator();
  }

  #part(name: string) {
    const { now, log } = this.#options;
    return {
      ...(now !== undefined && { now }),
      ...(log !== undefined && { log: (event: string) => log(name, event) })
    };
  }
}
