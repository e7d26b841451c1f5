/** A random UUID. Node's cryptography takes milliseconds to load, and few first cells need an id. */
export function randomId(): string {
  return process.getBuiltinModule('node:crypto').randomUUID();
}
