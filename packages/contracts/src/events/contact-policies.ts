import { z } from 'zod';
import { AddressRef, ConsentRecordId, ContactId, DecisionId, MessageRef } from '../ids.ts';
import { exactTime, personal, plainText, utcTime } from '../personal.ts';
import { Channel, ConsentState, Purpose } from '../purposes.ts';
import { Reason } from '../reasons.ts';
import {
  ConsentProof,
  Language,
  MessageCategory,
  SuppressionGround,
  SuppressionScope,
  TimeZone,
  LiftGround,
} from './contact-signals.ts';
import { defineEvent } from './define.ts';

const consent = {
  contactId: ContactId,
  consentId: ConsentRecordId,
  purpose: Purpose,
  channel: Channel,
  at: utcTime(),
  proof: ConsentProof,
  /** By an act of her own on a page of ours; absent where a file, a connector or a key tells it. */
  by: z.literal('person').optional(),
};

/** A member of staff who heard the person agree, and where that can be looked up. */
export const ConsentWitness = z.strictObject({
  name: personal('observer', z.string().min(1).max(120)),
  method: z.enum(['in-person', 'telephone', 'in-writing']),
  evidence: personal('free-text', z.string().min(1).max(200)),
});
export type ConsentWitness = z.infer<typeof ConsentWitness>;

export const ConsentGiven = defineEvent({
  type: 'ConsentGiven',
  version: 1,
  description: 'The person agreed to one purpose on one channel; the proof is kept.',
  data: z.object({
    ...consent,
    /** Who of the staff heard the person agree anew, how, and where that is kept: such a consent outlives a refusal. */
    witness: ConsentWitness.optional(),
    /** The address that was asked: it counts while that is the contact's. */
    through: AddressRef.optional(),
  }),
});

export const ConsentWithdrawn = defineEvent({
  type: 'ConsentWithdrawn',
  version: 1,
  description: 'The person took an agreement back; nothing may start after it.',
  data: z.object(consent),
});

export const ContactTimeZoneSet = defineEvent({
  type: 'ContactTimeZoneSet',
  version: 1,
  description: 'The zone in which the person’s calendar day is counted.',
  data: z.object({ contactId: ContactId, timeZone: TimeZone }),
});

export const OutboundMessageCounted = defineEvent({
  type: 'OutboundMessageCounted',
  version: 1,
  description:
    'A message of ours to this person was seen leaving; it counts against the pressure cap.',
  data: z.object({
    contactId: ContactId,
    /** When the message left. */
    at: exactTime(),
    /** Of somebody who is not analysed the hour is all that is known: `at` is its beginning. */
    precision: z.enum(['hour']).optional(),
    messageRef: MessageRef.optional(),
    messageCategory: MessageCategory.optional(),
  }),
});

export const OutboundMessageDiscounted = defineEvent({
  type: 'OutboundMessageDiscounted',
  version: 1,
  description:
    'What was seen leaving was no message: a reaction, an edit, a deletion. It does not count.',
  data: z.object({ contactId: ContactId, messageRef: MessageRef }),
});

export const ContactSuppressed = defineEvent({
  type: 'ContactSuppressed',
  version: 1,
  description: 'The person asked to be left alone; it beats every consent given before it.',
  data: z.object({
    contactId: ContactId,
    scope: SuppressionScope,
    ground: SuppressionGround,
    at: exactTime(),
  }),
});

export const SuppressionLifted = defineEvent({
  type: 'SuppressionLifted',
  version: 1,
  description: 'The person asked to hear from us again.',
  data: z.object({
    contactId: ContactId,
    scope: SuppressionScope,
    ground: LiftGround,
    /** Where it is lifted; on every channel when absent, as before there were channels. */
    channel: Channel.optional(),
    at: exactTime(),
  }),
});

/** A time of a wall clock, to the minute. */
export const WallTime = z
  .string()
  .regex(/^(?:[01][0-9]|2[0-3]):[0-5][0-9]$/)
  .meta({ personal: false, examples: ['21:00'] });

/** From a time of the person's clock up to another, which is not part of it; over midnight where it is the earlier one. */
export const QuietHours = z.strictObject({ from: WallTime, to: WallTime });
export type QuietHours = z.infer<typeof QuietHours>;

const preferences = {
  /** The channels the person wants to be written to on; any where absent. */
  channels: z.array(Channel).max(20).optional(),
  /** What the person wants to be written to for; anything where absent. */
  purposes: z.array(Purpose).max(20).optional(),
  quietHours: personal('attribute', z.array(QuietHours).max(100)).optional(),
  /** Most messages a day that the person wants, over all channels. */
  perDayMax: z.int().min(0).max(20).optional(),
  /** The language to write to the person in. */
  language: Language.optional(),
};

export const PreferencesSet = defineEvent({
  type: 'PreferencesSet',
  version: 1,
  description:
    'How the person wants to be written to, all of it as it stands from now on. It only ever takes away.',
  data: z.object({
    contactId: ContactId,
    ...preferences,
    /** Who says so. Only the person may take back a part of it. */
    by: z.enum(['person', 'business']),
    /** The address through which alone it is loosened: the contact's when it was tightened. */
    through: AddressRef.optional(),
    at: utcTime(),
  }),
});

/** One message that counts, seen leaving or promised. */
const CarriedMessage = z.object({
  atMs: z.number(),
  messageRef: MessageRef.optional(),
  isFree: z.boolean(),
  isWithinHour: z.literal(true).optional(),
  promisedOn: Channel.optional(),
});

/** A refusal, and where it was lifted. */
const CarriedSuppression = z.object({
  scope: SuppressionScope,
  ground: SuppressionGround.optional(),
  at: z.iso.datetime(),
  liftedOn: z.array(z.object({ channel: Channel, at: z.iso.datetime() })),
});

export const PolicyTakenOver = defineEvent({
  type: 'PolicyTakenOver',
  version: 1,
  description:
    'What another contact allowed, refused and received holds for this one too, the stricter of both winning.',
  data: z.object({
    contactId: ContactId,
    otherContactId: ContactId,
    because: z.enum(['merge', 'split']),
    at: utcTime(),
    suppressions: personal('exact-time', z.array(CarriedSuppression).max(10)),
    consents: z.array(
      z.object({
        purpose: Purpose,
        channel: Channel,
        state: ConsentState,
        at: utcTime(),
        /** Its proof cannot be read any more. */
        unreadable: z.literal(true).optional(),
        /** Only one of two contacts agreed to it. */
        ofOneAlone: z.literal(true).optional(),
        witnessedAt: utcTime().optional(),
        withdrawnAt: utcTime().optional(),
        confirmedAt: utcTime().optional(),
        leftAt: utcTime().optional(),
        through: AddressRef.optional(),
      }),
    ),
    timeZone: TimeZone.optional(),
    preferences: z.object(preferences).extend({ through: AddressRef.optional() }).optional(),
    messages: personal('exact-time', z.array(CarriedMessage).max(400)),
  }),
});

/** One rule a decision walked, with what it saw. Inputs are counts, dates and words of the rules, never a person. */
export const DecisionRule = z.object({
  id: plainText(40),
  verdict: z.enum(['passed', 'denied']),
  inputs: z.record(plainText(40), z.union([plainText(80), z.number(), z.boolean(), z.null()])),
});
export type DecisionRule = z.infer<typeof DecisionRule>;

const decision = {
  contactId: ContactId,
  decisionId: DecisionId,
  channel: Channel,
  purpose: Purpose,
  /** The clock the decision was made by. */
  at: utcTime(),
  policy: plainText(80),
  reasons: z.array(Reason),
  rules: z.array(DecisionRule),
};

export const ContactAllowed = defineEvent({
  type: 'ContactAllowed',
  version: 1,
  description: 'One message may be sent now; when `reserved`, it already counts against the cap.',
  data: z.object({ ...decision, reserved: z.boolean() }),
});

export const ContactDenied = defineEvent({
  type: 'ContactDenied',
  version: 1,
  description: 'No message may be sent now, and why.',
  data: z.object({ ...decision, nextAllowedAt: utcTime().optional() }),
});
