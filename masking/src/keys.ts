import {
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  sign as signBytes,
  verify as verifyBytes,
  type KeyObject
} from 'node:crypto';
import { wardbookError, type Sign, type Verify } from '@wardbook/protocol';

/** A key pair in raw form: 32 bytes each, hexadecimal. */
export interface RawKeyPair {
  readonly publicKey: string;
  readonly privateKey: string;
}

type Curve = 'ed25519' | 'x25519';

// DER prefixes of RFC 8410 before the 32 raw bytes.
const PKCS8 = {
  ed25519: '302e020100300506032b657004220420',
  x25519: '302e020100300506032b656e04220420'
};
const SPKI = { ed25519: '302a300506032b6570032100', x25519: '302a300506032b656e032100' };

/** A fresh Ed25519 key pair for signatures. */
export function createSigningKey(): RawKeyPair {
  return rawPair('ed25519');
}

/** A fresh X25519 key pair for pairwise masks. */
export function createMaskKey(): RawKeyPair {
  return rawPair('x25519');
}

/** Signs with a raw Ed25519 private key. @throws CONFIG_INVALID when it is not 32 bytes of hexadecimal */
export function signWith(privateKey: string): Sign {
  const key = privateKeyOf('ed25519', privateKey);
  return bytes => signBytes(null, bytes, key);
}

/** Checks signatures of a raw Ed25519 public key; a malformed signature is just wrong. */
export function verifyWith(publicKey: string): Verify {
  const known = verifiers.get(publicKey);
  if (known !== undefined) return known;
  const key = publicKeyOf('ed25519', publicKey);
  const verify: Verify = (bytes, signature) =>
    signature.length === 64 && verifyBytes(null, bytes, key, signature);
  if (verifiers.size < VERIFIERS_KEPT) verifiers.set(publicKey, verify);
  return verify;
}

// The keys of a charter are used for every message; making a key object costs as much as a hash.
const VERIFIERS_KEPT = 1_000;
const verifiers = new Map<string, Verify>();

/**
 * X25519 shared secret, 32 bytes (RFC 7748 §6.1).
 *
 * @throws AUTH_BAD_SIGNATURE for a public key of small order (all-zero secret)
 */
export function sharedSecret(privateKey: string, publicKey: string): Uint8Array {
  const secret = diffieHellman({
    privateKey: privateKeyOf('x25519', privateKey),
    publicKey: publicKeyOf('x25519', publicKey)
  });
  if (secret.every(byte => byte === 0)) throw wardbookError('AUTH_BAD_SIGNATURE');
  return secret;
}

function rawPair(curve: Curve): RawKeyPair {
  const pair = curve === 'ed25519' ? generateKeyPairSync('ed25519') : generateKeyPairSync('x25519');
  return {
    publicKey: pair.publicKey.export({ format: 'der', type: 'spki' }).subarray(-32).toString('hex'),
    privateKey: pair.privateKey
      .export({ format: 'der', type: 'pkcs8' })
      .subarray(-32)
      .toString('hex')
  };
}

function privateKeyOf(curve: Curve, raw: string): KeyObject {
  return createPrivateKey({ key: der(PKCS8[curve], raw), format: 'der', type: 'pkcs8' });
}

function publicKeyOf(curve: Curve, raw: string): KeyObject {
  return createPublicKey({ key: der(SPKI[curve], raw), format: 'der', type: 'spki' });
}

function der(prefix: string, raw: string): Buffer {
  if (!/^[0-9a-f]{64}$/.test(raw)) throw wardbookError('CONFIG_INVALID', { path: 'key' });
  return Buffer.from(prefix + raw, 'hex');
}
