import { z } from 'zod';
import {
  automationRefusal,
  humanKinds,
  isHumanKind,
  isTenantKind,
  namesMachine,
  tenantKinds,
} from '../collection.ts';
import { MessageCategory } from '../events/contact-signals.ts';
import { Identities } from '../identities.ts';
import { ContactId } from '../ids.ts';
import { instantIn, personal, plainText, statedTime } from '../personal.ts';
import { Problem } from '../problems.ts';
import { SignalKind } from '../signals.ts';
import { describedAs } from './described-as.ts';

/** The CRM's own name of a line. It is told once: under the same id nothing is applied a second time. */
export const LineId = personal('crm-id', z.string().min(1).max(128));

/** Who a line is about: the contact id an earlier answer gave, or any identity. */
export const ContactReference = z
  .strictObject({ contactId: ContactId.optional(), ...Identities.shape })
  .refine((value) => Object.values(value).some((named) => named !== undefined), {
    message: 'Name the contact: contactId, crmId, link, phone, bsuid or email.',
  })
  .meta({ minProperties: 1 });
export type ContactReference = z.infer<typeof ContactReference>;

const Sight = personal('free-text', z.string().min(1).max(500));

/** WhatsApp began in 2009: an earlier instant is none, and a person's story would begin there. */
export const observedTime = () =>
  statedTime()
    .refine((at) => at >= '2009', { message: 'Give an instant from 2009 on.' })
    .meta({
      pattern: instantIn(
        String.raw`(?:2009|20[1-9][0-9]|2[1-9][0-9]{2}|[3-9][0-9]{3})-[0-9]{2}-[0-9]{2}`,
      ),
    });

const collectors = ['person', 'crm', 'official-api'] as const;

const SignalFields = z.strictObject({
  id: LineId,
  /** Absent for what is said of the sender as a whole. */
  contact: ContactReference.optional(),
  kind: z.enum([...SignalKind.options, ...tenantKinds]),
  /** When it happened, not when it was noted down. Never in the future. */
  occurredAt: observedTime(),
  /** The wamid, or the CRM's own id of the message; only its fingerprint is kept. */
  messageRef: personal('free-text', z.string().min(1).max(300)).optional(),
  /** WhatsApp's error code. */
  code: z.int32().optional(),
  /** Who looked, or noted the call. */
  observer: personal('observer', z.string().min(1).max(120)).optional(),
  /** What was seen, where it is more than the kind says. */
  saw: Sight.optional(),
  /** The earlier sighting this one is compared with. */
  baseline: z.strictObject({ at: observedTime(), saw: Sight }).optional(),
  /** How it became known: `person`, `crm` or `official-api`. */
  collectedBy: plainText(120).optional(),
  /** Our sending number, WhatsApp's phone_number_id. */
  sender: plainText(64).optional(),
  messageCategory: MessageCategory.optional(),
  /** WhatsApp's type of an inbound message. */
  inboundType: z
    .string()
    .regex(/^[a-z_]{1,40}$/)
    .meta({ personal: false })
    .optional(),
  /** Seconds a sent message lives at WhatsApp: 30 days at most. */
  ttlSeconds: z.int().positive().max(2_592_000).optional(),
  /** Of tenant kinds: the template, account, and states it is about. */
  template: plainText(512).optional(),
  wabaId: plainText(64).optional(),
  state: plainText(80).optional(),
  previousState: plainText(80).optional(),
});
type SignalFields = z.infer<typeof SignalFields>;

type Refuse = (field: keyof SignalFields, message: string) => void;

const checkCollection = (line: SignalFields, refuse: Refuse): void => {
  const { collectedBy, observer, kind } = line;
  const isKnown = (collectors as readonly string[]).includes(collectedBy ?? 'person');
  if (collectedBy !== undefined && !isKnown) refuse('collectedBy', automationRefusal);
  if (collectedBy === 'official-api' && isHumanKind(kind)) {
    refuse('collectedBy', `No official API reports this: ${automationRefusal}`);
  }
  if (observer !== undefined && namesMachine(observer)) refuse('observer', automationRefusal);
};

const checkHuman = ({ kind, observer, baseline, occurredAt }: SignalFields, refuse: Refuse) => {
  if (isHumanKind(kind) && observer === undefined) {
    refuse('observer', 'Only a person sees this: say who looked.');
  }
  if (kind === 'group-receipt-missing' && baseline === undefined) {
    refuse(
      'baseline',
      'A missing receipt counts only after an earlier one: give the earlier receipt, when and what.',
    );
  }
  if (baseline !== undefined && Date.parse(baseline.at) >= Date.parse(occurredAt)) {
    refuse('baseline', 'The baseline must be earlier than the observation.');
  }
};

const humanKindsSeen = humanKinds.filter((kind) => kind !== 'group-receipt-missing');
const reportedKinds = SignalKind.exclude([...humanKinds]);

/** What a message, a call or a word told of one contact. */
export const ContactSignal = SignalFields.extend({
  kind: reportedKinds,
  contact: ContactReference,
  collectedBy: z.enum(collectors).optional(),
}).meta({
  examples: [
    {
      id: 'call-17',
      kind: 'call-not-ringing',
      contact: { crmId: 'c-100' },
      occurredAt: '2026-11-02T08:00:00Z',
    },
  ],
});

/** What only a person with the app in hand sees: it says who looked. */
export const SeenSignal = SignalFields.extend({
  kind: z.enum(humanKindsSeen),
  contact: ContactReference,
  observer: SignalFields.shape.observer.unwrap(),
  collectedBy: z.enum(['person', 'crm']).optional(),
});

/** A receipt that is missing: it gives the earlier one too. */
export const MissingReceiptSignal = SeenSignal.extend({
  kind: z.literal('group-receipt-missing'),
  baseline: SignalFields.shape.baseline.unwrap(),
});

/** What is said of the sender as a whole, hence of no contact. */
export const SenderSignal = SignalFields.omit({ contact: true }).extend({
  kind: z.enum(tenantKinds),
  collectedBy: z.enum(collectors).optional(),
});

const CheckedSignal = SignalFields.superRefine((line, context) => {
  const refuse: Refuse = (field, message) =>
    context.addIssue({ code: 'custom', path: [field], message });
  const ofTenant = isTenantKind(line.kind);
  if (ofTenant && line.contact !== undefined) {
    refuse('contact', 'This kind is about the sender as a whole: leave the contact out.');
  }
  if (!ofTenant && line.contact === undefined) refuse('contact', 'Name the contact it is about.');
  checkCollection(line, refuse);
  checkHuman(line, refuse);
});

/**
 * One observation, as `POST /v1/signals` and an import of type `signals` take it. A look that found no photo
 * or presence may come without a baseline: a first look is one for those that follow.
 */
export const SignalLine = describedAs(
  CheckedSignal,
  z.discriminatedUnion('kind', [ContactSignal, SeenSignal, MissingReceiptSignal, SenderSignal]),
);
export type SignalLine = z.infer<typeof SignalLine>;

const SIGNALS_AT_ONCE_MAX = 1_000;

/**
 * Any object here: each item is judged on its own by `SignalLine`, so that one bad item spares the others. Alone it is
 * refused when it is none.
 */
const anyItem = () => z.record(z.string(), z.unknown());
const ItemAlone = describedAs(anyItem(), SignalLine);
const ItemAmongOthers = describedAs(anyItem(), z.union([SignalLine, z.looseObject({})]));

/** `POST /v1/signals`: one observation, or 1 to 1,000 of them. */
export const RecordSignalsRequest = z.union([
  z.array(ItemAmongOthers).min(1).max(SIGNALS_AT_ONCE_MAX),
  ItemAlone,
]);
export type RecordSignalsRequest = z.infer<typeof RecordSignalsRequest>;

/**
 * In the order asked. `accepted` says that the item is well-formed, and nothing else: whether it was new, or its person may
 * be analysed at all, would make of this call an oracle on who objected.
 */
export const RecordSignalsResponse = z.object({
  results: z.array(
    z.object({
      id: LineId.optional(),
      status: z.enum(['accepted', 'rejected']),
      problem: Problem.pick({ type: true, title: true, errors: true }).optional(),
    }),
  ),
  accepted: z.int(),
  rejected: z.int(),
});
export type RecordSignalsResponse = z.infer<typeof RecordSignalsResponse>;
