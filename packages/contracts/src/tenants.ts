import { z } from 'zod';
import { personal, plainText } from './personal.ts';
import { Purpose } from './purposes.ts';

/** GDPR Art. 6(1), as far as a purpose of ours can rest on it. */
export const LawfulBasis = z.enum(['consent', 'contract', 'legitimate-interest']);
export type LawfulBasis = z.infer<typeof LawfulBasis>;

const byInterest = LawfulBasis.extract(['consent', 'legitimate-interest']);

/** What each purpose may rest on: WhatsApp marketing to a person on nothing but consent (CPCE L34-5). */
export const LawfulBases = z.strictObject({
  'signal-analysis': byInterest.default('consent'),
  'service-message': LawfulBasis.default('contract'),
  marketing: LawfulBasis.extract(['consent']).default('consent'),
  feedback: byInterest.default('consent'),
} satisfies Record<Purpose, z.ZodType<LawfulBasis>>);

/** What holds for a purpose of which a tenant says nothing. */
export const usualBases: Readonly<Record<Purpose, LawfulBasis>> = LawfulBases.parse({});

/** Where it was written down that an interest outweighs what it costs the person (GDPR Art. 6(1)(f)), and when. */
export const BalancingTest = z.object({
  reference: plainText(200),
  /** A day. */
  on: plainText(10),
});
export type BalancingTest = z.infer<typeof BalancingTest>;

/** Languages of pages and mails. */
export const PageLanguage = z.enum(['fr', 'en']);
export type PageLanguage = z.infer<typeof PageLanguage>;

/** WhatsApp Business Accounts of a tenant, and its sending numbers there by WhatsApp's phone_number_id. */
export const WhatsAppAccount = z.object({
  wabaIds: z.array(plainText(32)),
  senders: z.array(plainText(32)),
});
export type WhatsAppAccount = z.infer<typeof WhatsAppAccount>;

/** How a person reaches the controller: by post or by e-mail, and by telephone where it has one. */
export const ControllerContact = z.object({
  postalAddress: personal('attribute', z.string().max(300)).optional(),
  email: personal('email', z.string().max(254)).optional(),
  phone: personal('phone', z.string().max(40)).optional(),
});
export type ControllerContact = z.infer<typeof ControllerContact>;

/** What a tenant is set up with, as it is stored; without its secrets. */
export const TenantDetails = z.object({
  name: plainText(120),
  /** ISO 3166: where it is at home, and what its national phones are read by. */
  country: plainText(2).optional(),
  timeZone: plainText(64),
  /** The first one where a person's is not known. */
  languages: z.array(PageLanguage),
  lawfulBasis: z.partialRecord(Purpose, LawfulBasis),
  /** Of each purpose that rests on a legitimate interest. */
  balancingTests: z.partialRecord(Purpose, BalancingTest).optional(),
  /** Whom a person asks about data (GDPR Art. 37). */
  dpo: z
    .object({
      name: personal('name', z.string().max(120)),
      email: personal('email', z.string().max(254)),
    })
    .optional(),
  /** Where the business itself is reached (GDPR Art. 13(1)(a)). */
  contact: ControllerContact.optional(),
  /** Where answers to its mails go; the contact's address when absent. */
  replyTo: personal('email', z.string().max(254)).optional(),
  whatsapp: WhatsAppAccount.optional(),
});
export type TenantDetails = z.infer<typeof TenantDetails>;
