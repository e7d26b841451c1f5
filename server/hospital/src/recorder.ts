import { appendFileSync } from 'node:fs';

/** Instrument of tests and benchmarks: what leaves this process, and how long a run's work took. */
export interface Recorder {
  /** Bytes written to a socket. */
  sent(bytes: Uint8Array): void;
  /** Numbers before masking, or released values, as JSON text. */
  plain(name: string, value: unknown): void;
  /** Milliseconds from a job to its stored answer. */
  took(run: string, round: number, ms: number): void;
}

/** A recorder to `file`, `file.plain` (WARDBOOK_RECORD) and `timingFile` (WARDBOOK_TIMING); does nothing without them. */
export function createRecorder(file: string | undefined, timingFile?: string): Recorder {
  const took = timingFile === undefined ? () => undefined : timer(timingFile);
  if (file === undefined) return { sent: () => undefined, plain: () => undefined, took };
  return {
    sent: bytes => appendFileSync(file, bytes),
    plain: (name, value) => {
      const numbers = value instanceof Float64Array ? Array.from(value) : value;
      appendFileSync(`${file}.plain`, `${JSON.stringify({ name, value: numbers })}\n`);
    },
    took
  };
}

// Written at the end: a file beside every round would be part of what is measured.
function timer(file: string): Recorder['took'] {
  const lines: string[] = [];
  process.once('exit', () => appendFileSync(file, lines.map(line => `${line}\n`).join('')));
  return (run, round, ms) => lines.push(JSON.stringify({ pid: process.pid, run, round, ms }));
}
