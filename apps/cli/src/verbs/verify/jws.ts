import { createHash, createPublicKey, verify } from 'node:crypto';

// Whoever is given something signed can check it with this file alone: `docs/how-to/signatures.md`. It imports nothing
// but Node.

type Key = {
  readonly kty?: string;
  readonly crv?: string;
  readonly x?: string;
  readonly tact_service?: string;
};

/** What only a key of one service signs. */
const signers: Readonly<Record<string, string>> = {
  'tact-audit-head': 'compliance',
  'tact-person+jwt': 'compliance',
  'consent-receipt+jws': 'outreach',
};

/** What is wrong with a signature, in one sentence. */
export class NotVerified extends Error {
  override readonly name = 'NotVerified';
}

const objectOf = (text: string, what: string): Record<string, unknown> => {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new NotVerified(`${what} is not JSON.`, { cause });
  }
  if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
  throw new NotVerified(`${what} is not a JSON object.`);
};

const decoded = (text: string): string => Buffer.from(text, 'base64url').toString('utf8');

/** RFC 7638: a list of keys cannot name another key by the id that the signature names. */
const thumbprintOf = (x: string): string =>
  createHash('sha256').update(`{"crv":"Ed25519","kty":"OKP","x":"${x}"}`).digest('base64url');

const keyOf = (kid: unknown, jwks: string, typ: unknown): string => {
  const { keys } = objectOf(jwks, 'The list of keys');
  if (!Array.isArray(keys)) throw new NotVerified('The list of keys holds no keys.');
  const found = (keys as Key[]).find(
    ({ kty, crv, x }) =>
      kty === 'OKP' && crv === 'Ed25519' && typeof x === 'string' && thumbprintOf(x) === kid,
  );
  const signer = signers[String(typ)];
  if (found?.x !== undefined && signer !== undefined && found.tact_service !== signer) {
    throw new NotVerified(
      `It is signed with a key that is not of ${signer}, which alone signs such.`,
    );
  }
  if (found?.x !== undefined) return found.x;
  throw new NotVerified('The list of keys does not hold the key that it names as its signer.');
};

export type Verified = { readonly kid: string; readonly typ: string; readonly payload: string };

/** Verifies a compact JWS of Ed25519 by a list of public keys (JWK Set). Throws `NotVerified`. */
export const verifyJws = (jws: string, jwks: string): Verified => {
  const parts = jws.trim().split('.');
  const [head = '', payload = '', signature = ''] = parts;
  if (parts.length !== 3 || !parts.every((part) => /^[\w-]+$/.test(part))) {
    throw new NotVerified(
      'It is not a signed text: three parts of letters with dots between them.',
    );
  }
  const { alg, kid, typ } = objectOf(decoded(head), 'Its head');
  if (alg !== 'EdDSA') throw new NotVerified('It is not signed with Ed25519.');
  const jwk = { kty: 'OKP', crv: 'Ed25519', x: keyOf(kid, jwks, typ) };
  const key = createPublicKey({ key: jwk, format: 'jwk' });
  const input = Buffer.from(`${head}.${payload}`, 'ascii');
  if (!verify(null, input, key, Buffer.from(signature, 'base64url'))) {
    throw new NotVerified('It was changed after it was signed, or somebody else signed it.');
  }
  return { kid: String(kid), typ: String(typ), payload: decoded(payload) };
};
