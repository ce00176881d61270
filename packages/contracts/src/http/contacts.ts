import { z } from 'zod';
import { Attributes, ConsentProof, Language, TimeZone } from '../events/contact-signals.ts';
import { SomeIdentities } from '../identities.ts';
import { ContactId } from '../ids.ts';
import { statedTime } from '../personal.ts';
import { Channel, ConsentState, Purpose } from '../purposes.ts';

const knownZones = new Set(['UTC', ...Intl.supportedValuesOf('timeZone')]);

export const DeclaredConsent = z.strictObject({
  purpose: Purpose,
  channel: Channel,
  state: ConsentState,
  /** Not in the future. */
  at: statedTime(),
  proof: ConsentProof,
});
export type DeclaredConsent = z.infer<typeof DeclaredConsent>;

/** `POST /v1/contacts`: creates the contact, or finds it by any of its identities. */
export const RegisterContactRequest = z.strictObject({
  identities: SomeIdentities,
  timeZone: TimeZone.refine((zone) => knownZones.has(zone), {
    message: 'Give an IANA time zone, e.g. Europe/Paris.',
  }).optional(),
  language: Language.optional(),
  attributes: Attributes.optional(),
  consents: z.array(DeclaredConsent).max(20).optional(),
});
export type RegisterContactRequest = z.infer<typeof RegisterContactRequest>;

export const RegisterContactResponse = z.object({ contactId: ContactId });
