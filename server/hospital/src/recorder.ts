import { appendFile, appendFileSync } from 'node:fs';

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
  const took = (run: string, round: number, ms: number) => {
    const line = JSON.stringify({ pid: process.pid, run, round, ms });
    if (timingFile !== undefined) appendFile(timingFile, `${line}\n`, () => undefined);
  };
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
