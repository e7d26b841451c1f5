import { readFileSync } from 'node:fs';

/** Keys that encrypt a connection, Z85 text of 40 characters each. */
export interface CurveKeys {
  readonly publicKey: string;
  readonly secretKey: string;
}

/** A Jupyter connection file. */
export interface ConnectionFile {
  readonly transport: string;
  readonly ip: string;
  readonly ports: Readonly<Record<'shell' | 'iopub' | 'stdin' | 'control' | 'heartbeat', number>>;
  /** HMAC key; empty = messages are not signed. */
  readonly key: string;
  readonly scheme: string;
  /** null = not encrypted. */
  readonly curve: CurveKeys | null;
}

/**
 * Reads a connection file.
 *
 * @throws TypeError naming the field that is missing or wrong; whatever reading and JSON throw
 */
export function readConnectionFile(path: string): ConnectionFile {
  return parseConnectionFile(JSON.parse(readFileSync(path, 'utf8')));
}

/** Checks the JSON of a connection file. @throws TypeError naming the field that is missing or wrong */
export function parseConnectionFile(value: unknown): ConnectionFile {
  if (typeof value !== 'object' || value === null)
    throw new TypeError('The connection file is no JSON object.');
  const file = value as Readonly<Record<string, unknown>>;
  return {
    transport: text(file, 'transport', 'tcp'),
    ip: text(file, 'ip', '127.0.0.1'),
    ports: {
      shell: port(file, 'shell_port'),
      iopub: port(file, 'iopub_port'),
      stdin: port(file, 'stdin_port'),
      control: port(file, 'control_port'),
      heartbeat: port(file, 'hb_port')
    },
    key: text(file, 'key'),
    scheme: text(file, 'signature_scheme', 'hmac-sha256'),
    curve: curveOf(file)
  };
}

/** Address of a port. */
export function addressOf({ transport, ip }: ConnectionFile, port: number): string {
  return transport === 'ipc' ? `ipc://${ip}-${port}` : `${transport}://${ip}:${port}`;
}

// A file that asks for encryption and lacks a key is refused: plain text would be the wrong answer.
function curveOf(file: Readonly<Record<string, unknown>>): CurveKeys | null {
  const names = ['curve_publickey', 'curve_secretkey'] as const;
  if (names.every(name => file[name] === undefined || file[name] === null)) return null;
  const [publicKey, secretKey] = names.map(name => text(file, name));
  if (publicKey?.length !== 40) throw wrong('curve_publickey');
  if (secretKey?.length !== 40) throw wrong('curve_secretkey');
  return { publicKey, secretKey };
}

function text(
  file: Readonly<Record<string, unknown>>,
  name: string,
  byDefault: string | null = null
): string {
  const value = file[name] ?? byDefault;
  if (typeof value !== 'string') throw wrong(name);
  return value;
}

function port(file: Readonly<Record<string, unknown>>, name: string): number {
  const value = file[name];
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 1 || value > 65_535)
    throw wrong(name);
  return value;
}

function wrong(name: string): TypeError {
  return new TypeError(`The connection file has no usable "${name}".`);
}
