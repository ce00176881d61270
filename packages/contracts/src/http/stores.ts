import { z } from 'zod';
import { plainText } from '../personal.ts';
import { RetentionClass } from '../retention.ts';

export const StoreKind = z.enum(['table', 'topic', 'folder', 'memory']);
export type StoreKind = z.infer<typeof StoreKind>;

/** How the rows of one person are found. */
export const PersonKey = z.enum([
  'contact-id',
  'identity-fingerprint',
  'stream',
  'data-request',
  'staff-id',
]);
export type PersonKey = z.infer<typeof PersonKey>;

export const StoreLocator = z.discriminatedUnion('by', [
  z.object({
    by: PersonKey,
    /** Columns, or the part of a record or entry, where the key stands. */
    columns: z.array(plainText(80)).min(1),
  }),
  z.object({ by: z.literal('none'), because: plainText(300) }),
]);
export type StoreLocator = z.infer<typeof StoreLocator>;

/** What an erasure of a contact does to it. */
export const AtErasure = z.discriminatedUnion('does', [
  z.object({
    does: z.enum(['delete', 'stub', 'blank', 'destroy-keys', 'evict']),
    /** Why the id of the person may go on standing in rows that are about somebody else. */
    mentions: plainText(300).optional(),
  }),
  /** It cannot be reached there: its key is destroyed, and it is gone when its class of retention says so. */
  z.object({ does: z.literal('expire'), because: plainText(300) }),
  /** It is kept on purpose, and said to the person. */
  z.object({
    does: z.literal('keep'),
    ground: z.enum(['suppression', 'fence', 'data-request-file', 'accountability']),
    because: plainText(300),
  }),
  /** Nothing of a contact is in it. */
  z.object({ does: z.literal('nothing') }),
]);
export type AtErasure = z.infer<typeof AtErasure>;

const sentence = () => plainText(300);

/** One place that keeps something, as the part that owns it declares it. */
export const DeclaredStore = z.object({
  /** `schema.table`, a topic, a path below the data folder, or a part of a process. */
  name: plainText(120),
  kind: StoreKind,
  /** What it holds of a person, for the record of processing (GDPR Art. 30) and for who asks what is kept. */
  holds: z.object({ en: sentence(), fr: sentence() }),
  locator: StoreLocator,
  retention: RetentionClass,
  atErasure: AtErasure,
});
export type DeclaredStore = z.infer<typeof DeclaredStore>;

/** `GET /stores` on a service's own port. */
export const StoreList = z.object({
  service: plainText(40),
  /** SHA-256, in hex, of the RFC 8785 form of `items`. */
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .meta({ personal: false }),
  items: z.array(DeclaredStore),
});
export type StoreList = z.infer<typeof StoreList>;
