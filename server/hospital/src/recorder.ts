import { appendFileSync } from 'node:fs';

/** Test instrument: writes everything that leaves this process to files, set by WARDBOOK_RECORD. */
export interface Recorder {
  /** Bytes written to a socket. */
  sent(bytes: Uint8Array): void;
  /** Numbers before masking, or released values, as JSON text. */
  plain(name: string, value: unknown): void;
}

/** A recorder to `file` and `file.plain`; does nothing without a file. */
export function createRecorder(file: string | undefined): Recorder {
  if (file === undefined) return { sent: () => undefined, plain: () => undefined };
  return {
    sent: bytes => appendFileSync(file, bytes),
    plain: (name, value) => {
      const numbers = value instanceof Float64Array ? Array.from(value) : value;
      appendFileSync(`${file}.plain`, `${JSON.stringify({ name, value: numbers })}\n`);
    }
  };
}
