import type {
  ConsentProof,
  DeclaredConsent,
  Identities,
  RegisterContactRequest,
} from '@tact/contracts';
import type { ConflictDecision } from '@tact/platform';

/** A consent whose proof was judged, as it is kept. */
export type ProvenConsent = Omit<DeclaredConsent, 'proof'> & { readonly proof: ConsentProof };

export type ProvenRequest = Omit<RegisterContactRequest, 'consents'> & {
  readonly consents?: readonly ProvenConsent[] | undefined;
};

/** One person to register, identities in their canonical form, consents dated no later than now. */
export type RegistrationRequest = {
  readonly request: ProvenRequest;
  /** The same identities as `registrableIdentities` keeps them for the index. */
  readonly stated: Identities;
  /** The same on the same contact is the same registration. */
  readonly commandId?: string | undefined;
  /** Where it came from: an import and its line, or the request. */
  readonly rowRef: string;
  /** A member of staff wrote it, who is no connection; kept with a conflict, so that trying again moves nothing either. */
  readonly isTyped?: boolean | undefined;
};

export type RegisterOptions = {
  /** What a person decided on the conflict of these requests. */
  readonly decided?: ConflictDecision | undefined;
  /** They were told before, and the refusals in them are kept. */
  readonly isRepeated?: boolean | undefined;
};
