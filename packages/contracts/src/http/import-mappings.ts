import { z } from 'zod';
import { RecordObject } from '../identities.ts';
import { plainText } from '../personal.ts';
import { Channel, Purpose } from '../purposes.ts';

/** Lower case, digits and dashes. */
export const MappingName = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,38}$/)
  .meta({
    personal: false,
    description: 'A mapping, by the name of the CRM or the connection it is for.',
    examples: ['hubspot'],
  });
export type MappingName = z.infer<typeof MappingName>;

/** Where a column goes, in a line of type `contacts`. */
export const MappingTarget = z.enum([
  'record',
  'phone',
  'email',
  'country',
  'timeZone',
  'language',
  'attribute',
  'opt-out',
]);
export type MappingTarget = z.infer<typeof MappingTarget>;

const name = () => plainText(120);

/** What is done to a cell. The list is closed: whoever needs more changes the file, and no document is a program. */
export const MappingTransform = z.discriminatedUnion('as', [
  /** The part of a list at a place counted from 0, e.g. the first of `a; b`. */
  z.strictObject({ as: z.literal('split'), separator: plainText(4), part: z.int().min(0).max(20) }),
  /** Each value that means something, in any case, and what; any other says nothing. */
  z.strictObject({ as: z.literal('enum'), values: z.record(name(), plainText(64)) }),
  /** A date, with the time of day or without, in a zone; `order` says what 05/01 is. */
  z.strictObject({
    as: z.literal('date'),
    order: z.enum(['ymd', 'dmy', 'mdy']),
    zone: plainText(64),
  }),
  /** Digits of a country, which the row or the file may say otherwise. */
  z.strictObject({ as: z.literal('phone'), country: plainText(2) }),
]);
export type MappingTransform = z.infer<typeof MappingTransform>;

export const MappingField = z.strictObject({
  /** Names of the column in the languages of the CRM, or a JSON Pointer; compared without case and accents. */
  from: z.array(name()).min(1).max(20),
  to: MappingTarget,
  /** Of an attribute. */
  attribute: plainText(64).optional(),
  /** Of an opt-out: what a set flag withdraws. */
  purpose: Purpose.optional(),
  channel: Channel.optional(),
  transform: MappingTransform.optional(),
});
export type MappingField = z.infer<typeof MappingField>;

/** How the export of a CRM is read: what `PUT /v1/import-mappings/{name}` keeps. */
export const MappingBody = z.strictObject({
  /** Whose ids the records have. */
  crm: z.enum(['hubspot', 'salesforce', 'zendesk', 'other']),
  /** Which kind of record a row is; a contact when absent. */
  object: RecordObject.optional(),
  /** Of several columns for one target, the first that has a value counts. */
  fields: z.array(MappingField).min(1).max(60),
  /** Columns that are known and say nothing here: why, in a sentence. */
  knownUseless: z.record(name(), plainText(300)).optional(),
});
export type MappingBody = z.infer<typeof MappingBody>;

/** A version of it. A starter is one that comes with the platform. */
export const MappingDocument = MappingBody.extend({ name: MappingName, version: z.int().min(1) });
export type MappingDocument = z.infer<typeof MappingDocument>;

/** `GET /v1/import-mappings`. */
export const ImportMappingList = z.object({ items: z.array(MappingDocument) });
export type ImportMappingList = z.infer<typeof ImportMappingList>;
