import { createCipheriv, createDecipheriv, randomFillSync, type KeyObject } from 'node:crypto';

const algorithm = 'aes-256-gcm';
const IV_BYTES = 12;
const TAG_BYTES = 16;
// Without this option Node accepts a tag cut to 4 bytes, which an attacker forges in minutes.
const options = { authTagLength: TAG_BYTES } as const;

// One call to the random source serves many boxes: the call costs more than the bytes.
const pool = Buffer.alloc(IV_BYTES * 512);
let used = pool.length;
const freshIv = (): Buffer => {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  const iv = Buffer.from(pool.subarray(used, used + IV_BYTES));
  used += IV_BYTES;
  return iv;
};

/** AES-256-GCM: random iv, ciphertext and full tag in one buffer. `context` is bound, not stored. */
export const sealBox = (key: KeyObject, plain: string | Uint8Array, context: string): Buffer => {
  const iv = freshIv();
  const cipher = createCipheriv(algorithm, key, iv, options);
  cipher.setAAD(Buffer.from(context, 'utf8'));
  const body = typeof plain === 'string' ? cipher.update(plain, 'utf8') : cipher.update(plain);
  cipher.final();
  return Buffer.concat([iv, body, cipher.getAuthTag()]);
};

/** Throws when a bit of box or context differs; plaintext leaves only after the tag is verified. */
export const openBox = (key: KeyObject, box: Uint8Array, context: string): Buffer => {
  if (box.length < IV_BYTES + TAG_BYTES)
    throw new RangeError('The box is shorter than iv and tag.');
  const decipher = createDecipheriv(algorithm, key, box.subarray(0, IV_BYTES), options);
  decipher.setAAD(Buffer.from(context, 'utf8'));
  decipher.setAuthTag(box.subarray(box.length - TAG_BYTES));
  const body = decipher.update(box.subarray(IV_BYTES, box.length - TAG_BYTES));
  decipher.final();
  return body;
};
