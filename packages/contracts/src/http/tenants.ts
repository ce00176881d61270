import { z } from 'zod';
import { emailAddress } from '../email-address.ts';
import { ApiKeyId, TenantId } from '../ids.ts';
import { personal, plainText, utcTime } from '../personal.ts';
import { Scope } from '../scopes.ts';
import { Purpose } from '../purposes.ts';
import { BalancingTest, ControllerContact, LawfulBases, PageLanguage } from '../tenants.ts';
import { isZone } from '../time-zones.ts';
import { Cursor } from './query.ts';

/** In the path of a tenant's routes. */
export const TenantSlug = TenantId.meta({ personal: false, description: 'Slug of a tenant.' });

/** What ends a line, turns the writing round or cannot be seen. */
const hidden = String.raw`\u0000-\u001F\u007F-\u009F\u061C\u200B-\u200F\u2028-\u202E\u2060-\u206F\uFEFF`;

/** Begins what mail programs decode (RFC 2047): a name is shown as it was given, or it is none. */
const isEncoded = (text: string): boolean => text.includes('=?');

const oneLine = (lengthMax: number, sentence: string) =>
  z
    .string()
    // Of a longer text the form is not looked at: that would take the square of its length.
    .max(lengthMax, { abort: true })
    .regex(new RegExp(`^[^${hidden}]*[^${hidden}\\s][^${hidden}]*$`), sentence)
    .refine((text) => !isEncoded(text), { message: 'Leave out =?, which begins an encoded word.' });

/** As the business is known to its customers. One line, because it stands in headers of mails. */
const Name = oneLine(120, 'Give a name of one line.');

const Country = z
  .string()
  .regex(/^[A-Z]{2}$/, 'Give the ISO 3166 code of a country, e.g. FR.')
  .meta({
    personal: false,
    format: 'country',
    description: 'Where the business is at home. Phones written the national way are of it.',
    examples: ['FR'],
  });

const Zone = z
  .string()
  .max(64)
  .refine(isZone, { message: 'Give an IANA time zone, e.g. Europe/Paris.' })
  .meta({
    personal: false,
    format: 'time-zone',
    description: "When absent, that of the country's capital.",
    examples: ['Europe/Paris'],
  });

const areUnique = (texts: readonly string[]): boolean => new Set(texts).size === texts.length;
const eachOnce = { message: 'Name each one once.' };

/** Ids of Meta: digits. */
const MetaIds = (min: number, max: number) =>
  z
    .array(
      z
        .string()
        .regex(/^[0-9]{1,32}$/, 'Give the digits of an id of Meta.')
        .meta({ personal: false }),
    )
    .min(min)
    .max(max)
    .refine(areUnique, eachOnce)
    .meta({ uniqueItems: true });

/** Printable ASCII: what Meta's own form takes. */
const Secret = z
  .string()
  .regex(/^[!-~]{8,256}$/, 'Give 8 to 256 visible characters of ASCII.')
  .meta({ personal: false, writeOnly: true });

const Officer = z.strictObject({
  name: personal('name', Name),
  email: personal('email', emailAddress()),
});

/** Without an address of either kind nobody reaches anybody (GDPR Art. 13(1)(a)). */
const Contact = z
  .strictObject({
    postalAddress: personal('attribute', oneLine(300, 'Give an address of one line.')).optional(),
    email: personal('email', emailAddress()).optional(),
    phone: personal(
      'phone',
      z.string().regex(/^[+0-9][0-9 ().-]{3,39}$/, 'Give a number, e.g. +33 6 39 98 00 00.'),
    ).optional(),
  })
  .refine(({ postalAddress, email }) => postalAddress !== undefined || email !== undefined, {
    message: 'Give a postal address, an e-mail address or both.',
  })
  .meta({
    anyOf: [{ required: ['postalAddress'] }, { required: ['email'] }],
    description: 'Where people reach the business itself; the clause of information says it.',
  });

const StatedTest = z.strictObject({
  reference: Name.meta({ personal: false }),
  on: z.iso.date().meta({ personal: false }),
});

/** Without which no purpose rests on a legitimate interest. */
const BalancingTests = z
  .strictObject({
    'signal-analysis': StatedTest.optional(),
    'service-message': StatedTest.optional(),
    feedback: StatedTest.optional(),
  })
  .meta({
    description:
      'Of each purpose that rests on a legitimate interest: which document weighs it, of which day.',
  });

const Account = z.strictObject({
  appSecret: Secret.optional(),
  verifyToken: Secret.optional(),
  wabaIds: MetaIds(1, 50),
  senders: MetaIds(0, 200).default([]),
});

const settings = {
  name: Name.meta({ personal: false }),
  defaultCountry: Country,
  defaultZone: Zone.optional(),
  /** The first one where a person's is not known. */
  languages: z
    .array(PageLanguage)
    .min(1)
    .max(2)
    .refine(areUnique, eachOnce)
    .meta({ uniqueItems: true })
    .default(['fr', 'en']),
  balancingTests: BalancingTests.optional(),
  /** Whom a person asks about data. */
  dpo: Officer.optional(),
  contact: Contact.optional(),
  replyTo: personal('email', emailAddress()).optional().meta({
    description: "Where answers to its mails go. When absent, the contact's e-mail address.",
  }),
};

/**
 * `PUT /v1/tenant` and `PUT /v1/tenants/{slug}`: the settings as a whole. Of lawful bases and of an account what is left out
 * is kept, because a program that knows nothing of them must not end them; `null` takes them away.
 */
export const TenantSettingsRequest = z
  .strictObject({
    ...settings,
    lawfulBasis: LawfulBases.nullish(),
    /** Secrets are kept where they are left out. Which accounts are the tenant's an operator says. */
    whatsapp: Account.nullish(),
    /** The version that was read: where another one is there by now, nothing is changed. */
    expectedVersion: z.int().min(1).max(2_147_483_647).optional(),
  })
  .meta({
    examples: [
      {
        name: 'Maison Zelie',
        defaultCountry: 'FR',
        languages: ['fr'],
        dpo: { name: 'Ana Lefort', email: 'dpo@example.com' },
        contact: {
          postalAddress: '4 rue des Lilas, 75020 Paris, France',
          email: 'hello@example.com',
        },
      },
    ],
  });
export type TenantSettingsRequest = z.infer<typeof TenantSettingsRequest>;

/** `POST /v1/tenants`. */
export const CreateTenantRequest = z
  .strictObject({
    ...settings,
    /** Of a purpose left out: consent, and a contract for service messages. */
    lawfulBasis: LawfulBases.prefault({}),
    whatsapp: Account.optional(),
    /** What its paths and events name it by, for good. */
    slug: TenantSlug,
  })
  .meta({
    examples: [{ slug: 'maison-zelie', name: 'Maison Zelie', defaultCountry: 'FR' }],
  });
export type CreateTenantRequest = z.infer<typeof CreateTenantRequest>;

/** On what each purpose rests. */
export const TenantBases = z.object(LawfulBases.shape);

/** A tenant as itself and an operator see it: whether it has a secret, never which. */
export const TenantView = z.object({
  slug: TenantSlug,
  name: plainText(120),
  /** Absent where the installation has none either: its national phones are read by nobody. */
  defaultCountry: plainText(2).optional(),
  defaultZone: plainText(64),
  languages: z.array(PageLanguage),
  lawfulBasis: TenantBases,
  balancingTests: z.partialRecord(Purpose, BalancingTest).optional(),
  dpo: z
    .object({ name: personal('name', z.string()), email: personal('email', z.string()) })
    .optional(),
  contact: ControllerContact.optional(),
  replyTo: personal('email', z.string()).optional(),
  whatsapp: z
    .object({
      wabaIds: z.array(plainText(32)),
      senders: z.array(plainText(32)),
      hasAppSecret: z.boolean(),
      hasVerifyToken: z.boolean(),
      /** Where webhooks are to be sent, on the platform's origin. */
      webhookPath: plainText(80),
      /** Of the settings of the installation, not of the tenant: they change with these. */
      isOfInstallation: z.boolean(),
    })
    .optional(),
  /** Counts its changes; what `expectedVersion` is held against. */
  version: z.int(),
  createdAt: utcTime(),
  changedAt: utcTime(),
});
export type TenantView = z.infer<typeof TenantView>;

/** `apiKey` is shown once: an answer repeated for an `Idempotency-Key` comes without it, because it is kept nowhere. */
export const TenantKey = z.object({
  keyId: ApiKeyId,
  scopes: z.array(Scope),
  apiKey: z.string().meta({ personal: false }).optional(),
});
export type TenantKey = z.infer<typeof TenantKey>;

export const CreatedTenant = TenantView.extend(TenantKey.shape);
export type CreatedTenant = z.infer<typeof CreatedTenant>;

/** `GET /v1/tenants`: in the order of their slugs. */
export const TenantPage = z.object({
  items: z.array(TenantView),
  nextCursor: Cursor.optional(),
});
export type TenantPage = z.infer<typeof TenantPage>;
