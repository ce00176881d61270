import { z } from 'zod';
import { Attributes, Language, TimeZone } from '../events/contact-signals.ts';
import { SomeIdentities } from '../identities.ts';
import { ContactId } from '../ids.ts';
import { statedTime } from '../personal.ts';
import { Channel, ConsentState } from '../purposes.ts';
import { isZone } from '../time-zones.ts';
import { exampleProof, OnePurpose, StatedProof } from './consent-proof.ts';

/** What a proof of a given consent cannot do without is said in `GivenProof`; a withdrawal needs none. */
export const DeclaredConsent = z.strictObject({
  purpose: OnePurpose,
  channel: Channel,
  state: ConsentState,
  /** Not in the future. */
  at: statedTime(),
  proof: StatedProof.optional(),
});
export type DeclaredConsent = z.infer<typeof DeclaredConsent>;

/** `POST /v1/contacts`: creates the contact, or finds it by any of its identities. */
export const RegisterContactRequest = z
  .strictObject({
    identities: SomeIdentities,
    timeZone: TimeZone.refine(isZone, {
      message: 'Give an IANA time zone, e.g. Europe/Paris.',
    })
      .meta({ format: 'time-zone', examples: ['Europe/Paris'] })
      .optional(),
    language: Language.optional(),
    attributes: Attributes.optional(),
    consents: z.array(DeclaredConsent).max(20).optional(),
  })
  .meta({
    examples: [
      {
        identities: { phone: '+33639980990' },
        timeZone: 'Europe/Paris',
        consents: [
          {
            purpose: 'signal-analysis',
            channel: 'whatsapp',
            state: 'given',
            at: '2026-01-05T09:00:00Z',
            proof: exampleProof,
          },
        ],
      },
    ],
  });
export type RegisterContactRequest = z.infer<typeof RegisterContactRequest>;

/** `candidates`: of a new contact, others that share an e-mail with it and may be the same person; ten at most. */
export const RegisterContactResponse = z.object({
  contactId: ContactId,
  candidates: z.array(ContactId).max(10).optional(),
});
export type RegisterContactResponse = z.infer<typeof RegisterContactResponse>;
