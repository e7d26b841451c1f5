import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createPairwiseDriver, openSealedSecret, signWith } from '@wardbook/masking';
import { wardbookError } from '@wardbook/protocol';
import { loadConfig, type HospitalConfig } from './config.js';
import { pinCharter } from './charter-pin.js';
import { Connection } from './connection.js';
import { takeSnapshot } from './data/snapshot.js';
import { createRecorder } from './recorder.js';
import { answerJob } from './round/answer-job.js';
import type { Question } from './round/resolve.js';
import type { RoundTools } from './round/tools.js';
import { HospitalStore } from './store.js';

/** What a hospital reports to its own log. Never patient data. */
export type HospitalLog = (event: string, facts: Readonly<Record<string, string | number>>) => void;

/** What tests may replace. */
export interface HospitalDependencies {
  readonly now?: () => number;
  readonly log?: HospitalLog;
  readonly recordFile?: string;
  /** Where the milliseconds of each run's work are written; for benchmarks. */
  readonly timingFile?: string;
}

/** A running hospital. */
export interface Hospital extends AsyncDisposable {
  readonly config: HospitalConfig;
  /** Resolves at the first accepted connection. */
  readonly connected: Promise<void>;
}

/**
 * Starts a hospital: checks its files, takes a snapshot of its data, connects outwards.
 *
 * @param source `hospital.json` or what it says
 * @throws CONFIG_INVALID, CHARTER_INVALID, POLICY_OUT_OF_BOUNDS, DATA_UNREADABLE, DATA_INVALID, MAPPING_INVALID
 */
export async function startHospital(
  source: string | HospitalConfig,
  dependencies: HospitalDependencies = {}
): Promise<Hospital> {
  const config = typeof source === 'string' ? await loadConfig(source) : source;
  const log = dependencies.log ?? (() => undefined);
  const sign = signWith(config.keys.signing.privateKey);
  await mkdir(config.home, { recursive: true, mode: 0o700 });
  const store = new HospitalStore(config.home, sign);
  pinCharter(store, config.charter);
  const secret = store.fact('snapshot-secret', () => randomBytes(32));
  const snapshot = await takeSnapshot(config.data, config.dictionary, secret);
  await writeFile(
    join(config.home, 'report.json'),
    `${JSON.stringify(snapshot.report, null, 2)}\n`,
    { mode: 0o600 }
  );
  const recorder = createRecorder(dependencies.recordFile, dependencies.timingFile);
  const questions = new Map<string, Question>();
  const tools: RoundTools = {
    config,
    snapshot,
    store,
    sums: sumsOf(config),
    sign,
    recorder,
    now: dependencies.now ?? Date.now,
    questions,
    onFault: error =>
      log('round.fault', {
        error: error instanceof Error ? error.name : 'unknown',
        where: faultPlace(error)
      })
  };
  let resolveConnected: () => void = () => undefined;
  const connected = new Promise<void>(resolve => {
    resolveConnected = resolve;
  });
  const connection = new Connection({
    config,
    snapshot,
    sign,
    recorder,
    onJob: job => {
      const from = performance.now();
      const answer = answerJob(tools, job);
      recorder.took(job.run, job.round, performance.now() - from);
      return answer;
    },
    onWelcome: (openRuns: readonly string[]) => {
      for (const run of questions.keys()) if (!openRuns.includes(run)) questions.delete(run);
      store.keepOnly(openRuns);
    },
    onRunEnd: ({ runs }) => {
      for (const { run } of runs) {
        questions.delete(run);
        store.endRun(run);
      }
    },
    onState: (state, reason) => {
      log(`connection.${state}`, { reason });
      if (state === 'connected') resolveConnected();
    }
  });
  return {
    config,
    connected,
    [Symbol.asyncDispose]: () => {
      connection.close();
      store.close();
      return Promise.resolve();
    }
  };
}

function sumsOf(config: HospitalConfig) {
  const own = config.charter.hospitals.find(({ id }) => id === config.hospital);
  if (own === undefined) throw wardbookError('CHARTER_INVALID', { reason: 'hospital' });
  return createPairwiseDriver({
    self: config.hospital,
    keys: config.keys.mask,
    hospitals: config.charter.hospitals,
    openingSecret: openSealedSecret(own.sealedOpeningSecret, config.keys.mask)
  });
}

// File and line of our own code only: an error's message could hold a value.
function faultPlace(error: unknown): string {
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  return /([\w-]+\.js:\d+)/.exec(stack.split('\n').slice(1).join('\n'))?.[1] ?? 'unknown';
}
