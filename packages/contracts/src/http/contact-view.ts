import { z } from 'zod';
import {
  Language,
  SuppressionGround,
  SuppressionScope,
  TimeZone,
} from '../events/contact-signals.ts';
import { CrmLink, identityKinds } from '../identities.ts';
import { ContactId } from '../ids.ts';
import { personal, utcTime } from '../personal.ts';
import { Channel, ConsentState, Purpose } from '../purposes.ts';

/** Every kind but the ids of CRMs, which are links. */
export const maskedKinds = identityKinds.filter((kind) => kind !== 'crmId' && kind !== 'link');
export type MaskedKind = (typeof maskedKinds)[number];

/** `GET /v1/contacts/{contactId}`: what is known of a contact, for who must know whom they have before them. */
export const ContactView = z.object({
  contactId: ContactId,
  /** The contact was merged into this one, whose links, consents and refusals these are. */
  mergedInto: ContactId.optional(),
  /** Where CRMs keep the contact. A bare `crmId` is a link of the connection `default`. */
  links: z.array(CrmLink),
  /** Present identities, enough of each to recognise it. `since` is the hour in which it became known. */
  identities: z.array(
    z.object({
      kind: z.enum(maskedKinds),
      masked: personal('attribute', z.string()),
      since: utcTime(),
    }),
  ),
  timeZone: TimeZone.optional(),
  language: Language.optional(),
  /** The latest word on each purpose and channel. `refusal` names what stands against it all the same. */
  consents: z.array(
    z.object({
      purpose: Purpose,
      channel: Channel,
      state: ConsentState,
      at: utcTime(),
      refusal: SuppressionScope.nullable(),
    }),
  ),
  /** What the person asked us to stop, since when, and the channels on which that stands. */
  refusals: z.array(
    z.object({
      scope: SuppressionScope,
      ground: SuppressionGround,
      at: utcTime(),
      standsOn: z.array(Channel),
    }),
  ),
  asOf: utcTime(),
});
export type ContactView = z.infer<typeof ContactView>;
