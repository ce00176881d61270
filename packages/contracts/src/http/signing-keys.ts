import { z } from 'zod';
import { plainText } from '../personal.ts';
import type { ServiceName } from '../topics.ts';
import { auditHeadTyp } from './audit.ts';

/** The `typ` of the receipt of a consent. */
export const consentReceiptTyp = 'consent-receipt+jws';

/** The `typ` of the token by which a member of staff who is signed in calls a service. */
export const personTokenTyp = 'tact-person+jwt';

/** The `typ` of the file of a data request. */
export const requestFileTyp = 'data-request-file+jws';

export const SignedTyp = z.enum([auditHeadTyp, consentReceiptTyp, personTokenTyp, requestFileTyp]);
export type SignedTyp = z.infer<typeof SignedTyp>;

/** Who signs what: a key of another service signs nothing of it that is believed. */
export const signerOf: Record<SignedTyp, ServiceName> = {
  [auditHeadTyp]: 'compliance',
  [consentReceiptTyp]: 'outreach',
  [personTokenTyp]: 'compliance',
  [requestFileTyp]: 'compliance',
};

/** A public key of Ed25519 as a JWK (RFC 8037). */
export const PublicSigningKey = z.object({
  kty: z.literal('OKP'),
  crv: z.literal('Ed25519'),
  x: plainText(43),
  /** The key's thumbprint (RFC 7638), which a signature names. */
  kid: plainText(43),
  use: z.literal('sig'),
  alg: z.literal('EdDSA'),
  /** Whose key it is; what it signed of another service's kind is not believed. */
  tact_service: plainText(20),
});
export type PublicSigningKey = z.infer<typeof PublicSigningKey>;

/** `GET /.well-known/privacy-jwks.json`: the newest first; keys that no longer sign stay, so that old signatures hold. */
export const PublicSigningKeys = z.object({ keys: z.array(PublicSigningKey) });
export type PublicSigningKeys = z.infer<typeof PublicSigningKeys>;
