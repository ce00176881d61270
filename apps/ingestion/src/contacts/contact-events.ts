import { type EventOf, replaceableKinds } from '@tact/contracts';
import type {
  ConsentDeclared,
  ContactRegistered,
  ContactUpdated,
  Identities,
  IdentityKind,
} from '@tact/contracts';
import type { ProvenRequest } from './registration-request.ts';

export type ContactEvent =
  | EventOf<typeof ContactRegistered>
  | EventOf<typeof ContactUpdated>
  | EventOf<typeof ConsentDeclared>;

/** What the identity index says happened. */
type Registration = {
  readonly contactId: string;
  readonly created: boolean;
  readonly added: readonly IdentityKind[];
  /** Those of them whose earlier value ended. */
  readonly moved: readonly IdentityKind[];
};

const only = (identities: Identities, kinds: readonly IdentityKind[]): Identities =>
  Object.fromEntries(
    Object.entries(identities).filter(([kind]) => (kinds as readonly string[]).includes(kind)),
  );

/** The facts of one registration: a new person, a known one with something new, or nothing at all. */
export const contactEvents = (
  { contactId, created, added, moved }: Registration,
  { identities, timeZone, language, attributes, consents = [] }: ProvenRequest,
): readonly ContactEvent[] => {
  const details = {
    ...(timeZone === undefined ? {} : { timeZone }),
    ...(language === undefined ? {} : { language }),
    ...(attributes === undefined ? {} : { attributes }),
  };
  const declared = consents.map((consent) => ({
    type: 'ConsentDeclared' as const,
    data: { contactId, ...consent },
  }));
  if (created) {
    return [
      { type: 'ContactRegistered', data: { contactId, identities, ...details } },
      ...declared,
    ];
  }
  if (added.length === 0 && Object.keys(details).length === 0) return declared;
  const replaced = replaceableKinds.filter((kind) => moved.includes(kind));
  const data = {
    contactId,
    identities: only(identities, added),
    ...(replaced.length === 0 ? {} : { replaced }),
    ...details,
  };
  return [{ type: 'ContactUpdated', data }, ...declared];
};
