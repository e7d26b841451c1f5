/** One machine-readable line on standard output. */
export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}

/** One line for people on standard output. */
export function printLine(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** A log line of a process: standard error; for people only warnings and errors of it. */
export function printLog(text: string, everything: boolean): void {
  const level = /"level":(\d+)/.exec(text)?.[1];
  if (everything || level === undefined || Number(level) >= 40) process.stderr.write(`${text}\n`);
}
