import { createHash, createPublicKey, sign, verify, type KeyObject } from 'node:crypto';
import type { PublicSigningKey } from '@tact/contracts';
import { canonicalJson } from './canonical-json.ts';

const encoded = (text: string): string => Buffer.from(text, 'utf8').toString('base64url');

const part = /^[A-Za-z0-9_-]+$/;

/** The 32 bytes of an Ed25519 public key, in the alphabet of a JWK. */
export const publicPartOf = (key: KeyObject): string => {
  const { x } = createPublicKey(key).export({ format: 'jwk' });
  if (x === undefined) throw new Error('an Ed25519 key has a public part');
  return x;
};

/** The thumbprint of RFC 7638 (RFC 8037, appendix A.3): whoever has the key can name it. */
export const kidOf = (x: string): string =>
  createHash('sha256')
    .update(canonicalJson({ crv: 'Ed25519', kty: 'OKP', x }))
    .digest('base64url');

export const publicKeyOf = (x: string): KeyObject =>
  createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });

export const jwkOf = ({ x, service }: { x: string; service: string }): PublicSigningKey => ({
  kty: 'OKP',
  crv: 'Ed25519',
  x,
  kid: kidOf(x),
  use: 'sig',
  alg: 'EdDSA',
  tact_service: service,
});

type Signing = { readonly key: KeyObject; readonly kid: string; readonly typ: string };

/** Compact JWS (RFC 7515, RFC 8037) whose payload is canonical JSON. */
export const signedJws = (payload: object, { key, kid, typ }: Signing): string => {
  const head = encoded(canonicalJson({ alg: 'EdDSA', kid, typ }));
  const input = `${head}.${encoded(canonicalJson(payload))}`;
  return `${input}.${sign(null, Buffer.from(input, 'ascii'), key).toString('base64url')}`;
};

type Head = { readonly alg: unknown; readonly kid: unknown; readonly typ: unknown };

/** What a JWS says of itself, not believed yet; undefined: it is none, or of another algorithm or type. */
export const headOf = (jws: string, typ: string): { readonly kid: string } | undefined => {
  const parts = jws.split('.');
  const [head = ''] = parts;
  if (parts.length !== 3 || !parts.every((one) => part.test(one))) return undefined;
  const { alg, kid, typ: said } = jsonOf(head) as Partial<Head>;
  return alg === 'EdDSA' && said === typ && typeof kid === 'string' ? { kid } : undefined;
};

/** The payload; undefined where the key did not sign it. */
export const openedJws = (jws: string, key: KeyObject): unknown => {
  const [head = '', payload = '', signature = ''] = jws.split('.');
  const input = Buffer.from(`${head}.${payload}`, 'ascii');
  if (!verify(null, input, key, Buffer.from(signature, 'base64url'))) return undefined;
  return jsonOf(payload);
};

/** An empty object where there is no JSON. */
const jsonOf = (text: string): unknown => {
  try {
    const value: unknown = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
};
