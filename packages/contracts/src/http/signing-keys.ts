import { z } from 'zod';
import { plainText } from '../personal.ts';

/** A public key of Ed25519 as a JWK (RFC 8037). */
export const PublicSigningKey = z.object({
  kty: z.literal('OKP'),
  crv: z.literal('Ed25519'),
  x: plainText(43),
  /** The key's thumbprint (RFC 7638), which a signature names. */
  kid: plainText(43),
  use: z.literal('sig'),
  alg: z.literal('EdDSA'),
});
export type PublicSigningKey = z.infer<typeof PublicSigningKey>;

/** `GET /.well-known/privacy-jwks.json`: the newest first; keys that no longer sign stay, so that old signatures hold. */
export const PublicSigningKeys = z.object({ keys: z.array(PublicSigningKey) });
export type PublicSigningKeys = z.infer<typeof PublicSigningKeys>;
