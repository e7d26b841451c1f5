import { createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto';
import { wardbookError } from '@wardbook/protocol';
import { createMaskKey, sharedSecret, type RawKeyPair } from './keys.js';

/** The opening secret sealed to one hospital: ephemeral X25519 key and AES-256-GCM box, hexadecimal. */
export interface SealedSecret {
  readonly ephemeral: string;
  readonly box: string;
}

const INFO = 'wardbook/opening-secret/1';
const TAG_BYTES = 16;
// One key per seal (fresh ephemeral key), so a constant nonce is used once.
const NONCE = Buffer.alloc(12);

/** Seals 32 bytes to a hospital's mask key. */
export function sealOpeningSecret(secret: Uint8Array, recipientMaskKey: string): SealedSecret {
  const ephemeral = createMaskKey();
  const key = boxKey(
    sharedSecret(ephemeral.privateKey, recipientMaskKey),
    ephemeral.publicKey,
    recipientMaskKey
  );
  const cipher = createCipheriv('aes-256-gcm', key, NONCE);
  const box = Buffer.concat([cipher.update(secret), cipher.final(), cipher.getAuthTag()]);
  return { ephemeral: ephemeral.publicKey, box: box.toString('hex') };
}

/**
 * Opens what was sealed to this hospital's mask key.
 *
 * @throws CHARTER_INVALID when it was sealed to another key or changed
 */
export function openSealedSecret(sealed: SealedSecret, own: RawKeyPair): Uint8Array {
  try {
    const key = boxKey(
      sharedSecret(own.privateKey, sealed.ephemeral),
      sealed.ephemeral,
      own.publicKey
    );
    const box = Buffer.from(sealed.box, 'hex');
    const decipher = createDecipheriv('aes-256-gcm', key, NONCE);
    decipher.setAuthTag(box.subarray(-TAG_BYTES));
    return Buffer.concat([decipher.update(box.subarray(0, -TAG_BYTES)), decipher.final()]);
  } catch (error) {
    throw wardbookError('CHARTER_INVALID', { path: 'sealedOpeningSecret' }, { cause: error });
  }
}

function boxKey(secret: Uint8Array, ephemeral: string, recipient: string): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', secret, '', `${INFO}\n${ephemeral}\n${recipient}`, 32));
}
