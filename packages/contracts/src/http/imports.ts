import { z } from 'zod';
import { ImportId } from '../ids.ts';
import { ProofSource } from '../events/contact-signals.ts';
import { personal, utcTime } from '../personal.ts';
import { Channel, Purpose } from '../purposes.ts';
import { DeclaredConsent, RegisterContactRequest } from './contacts.ts';
import { MappingName } from './import-mappings.ts';
import { ContactReference, LineId, SignalLine } from './signals.ts';

export const ImportType = z
  .enum(['contacts', 'consents', 'signals'])
  .meta({ description: 'What the lines of the file contain.' });
export type ImportType = z.infer<typeof ImportType>;

/**
 * What a flag of the CRM says: this person wants no more of it. It withdraws as of the moment the line is taken. A flag that
 * is not set says nothing, and no flag gives a consent: that needs a proof and a time, hence a line of type `consents`.
 */
export const OptOut = z.strictObject({
  purpose: Purpose,
  channel: Channel,
  /** Where the flag stands, for the proof. */
  source: ProofSource,
});
export type OptOut = z.infer<typeof OptOut>;

/** A line of type `contacts`: the person is created, or found by any identity and completed. */
export const ContactLine = RegisterContactRequest.omit({ consents: true }).extend({
  id: LineId,
  /** Country of a phone written the national way: ISO 3166, or its name. */
  country: personal('attribute', z.string().min(2).max(80)).optional(),
  optOuts: z.array(OptOut).max(10).optional(),
});
export type ContactLine = z.infer<typeof ContactLine>;

/**
 * A line of type `consents`: one that gives says the text the person was shown. The person must have been registered before.
 */
export const ConsentLine = z.strictObject({
  id: LineId,
  contact: ContactReference,
  ...DeclaredConsent.shape,
});
export type ConsentLine = z.infer<typeof ConsentLine>;

/** What a line of each type must look like. */
export const importLines = {
  contacts: ContactLine,
  consents: ConsentLine,
  signals: SignalLine,
} as const satisfies Record<ImportType, z.ZodType>;

/** Longest line of an import in bytes, without its end; a longer one is an error of its own. */
export const IMPORT_LINE_BYTES_MAX = 64 * 1024;

/** ISO 3166, two capitals. */
const Country = z
  .string()
  .regex(/^[A-Z]{2}$/, 'Give the ISO 3166 code of a country, e.g. FR.')
  .meta({
    personal: false,
    format: 'country',
    description: 'Country of phones written the national way, where a row does not say one.',
    examples: ['FR'],
  });

const ZoneOfFile = z
  .string()
  .regex(/^[A-Za-z_]{1,20}(?:\/[A-Za-z0-9_+-]{1,30}){0,2}$/)
  .meta({
    personal: false,
    format: 'time-zone',
    description: 'IANA zone of times written without an offset.',
    examples: ['Europe/Paris'],
  });

export const StartImportQuery = z.strictObject({
  type: ImportType,
  country: Country.optional(),
  timeZone: ZoneOfFile.optional(),
  /** When absent, the header decides. */
  mapping: MappingName.optional(),
});
export type StartImportQuery = z.infer<typeof StartImportQuery>;

export const FileEncoding = z.enum(['utf-8', 'utf-16le', 'utf-16be', 'windows-1252']);
export type FileEncoding = z.infer<typeof FileEncoding>;
export const FileSeparator = z.enum(['comma', 'semicolon', 'tab']);
export type FileSeparator = z.infer<typeof FileSeparator>;

/** What the file turned out to be. */
export const ImportFile = z.object({
  encoding: FileEncoding,
  /** Of a table. */
  separator: FileSeparator.optional(),
  /** By which its columns were read; absent where they name the fields of a line themselves. */
  mapping: MappingName.optional(),
  /** Rows that are no line: empty ones, what a CRM writes below its table, and a header in the middle. */
  skipped: z.object({ blank: z.int(), footer: z.int(), header: z.int() }),
  /** Columns whose values were not taken, by their names. */
  leftOut: z.array(z.string()),
});
export type ImportFile = z.infer<typeof ImportFile>;

/**
 * `receiving` while the upload runs, `processing` until its last line is judged, then `finished`; `incomplete` when the
 * upload was cut and what had come was processed: send the file again, what is applied stays applied.
 */
export const ImportState = z.enum(['receiving', 'processing', 'finished', 'incomplete']);
export type ImportState = z.infer<typeof ImportState>;

/** `POST /v1/imports?type=`: every line is durable, sealed; it is judged behind this answer. */
export const ImportAccepted = z.object({
  importId: ImportId,
  type: ImportType,
  state: ImportState,
  /** Absent where the same file was answered before under the same idempotency key. */
  file: ImportFile.optional(),
});
export type ImportAccepted = z.infer<typeof ImportAccepted>;

/** A number or an address of many rows: it may be nobody's, and each of them should be looked at. */
export const SharedValue = z.object({
  kind: z.enum(['phone', 'email']),
  contacts: z.int(),
  /** The first of the rows, counted from 1 in the file as it was sent. */
  rows: z.array(z.int()),
});

/** `GET /v1/imports/{importId}`. */
export const ImportProgress = z.object({
  importId: ImportId,
  type: ImportType,
  state: ImportState,
  /** Once the upload has ended. */
  file: ImportFile.optional(),
  bytesReceived: z.int(),
  lines: z.object({
    /** Lines that came, blank ones left out. */
    read: z.int(),
    /** Well-formed and taken; those without effect because of the person are among them. */
    accepted: z.int(),
    /** Told before under the same line id. */
    duplicate: z.int(),
    /** See `GET /v1/imports/{importId}/errors`. */
    rejected: z.int(),
  }),
  /**
   * Accepted lines without effect: a person unknown, suppressed, or without the consent the line needs. To the nearest
   * 10, and only of 50 accepted lines or more: exactly, or of few, it would say who objected.
   */
  notContactable: z.int().optional(),
  /** Once it has ended: values that twenty contacts or more of the file have, as placeholders are; never the value. */
  sharedValues: z.array(SharedValue).optional(),
  /** Lines judged a second, since the start. */
  rate: z.number(),
  /** Seconds to the end at this rate; known once the upload has ended. */
  etaSeconds: z.int().optional(),
  startedAt: utcTime(),
  finishedAt: utcTime().optional(),
});
export type ImportProgress = z.infer<typeof ImportProgress>;

/** A line of `GET /v1/imports/{importId}/errors` (NDJSON): where and why, never what. Kept for 30 days. */
export const ImportErrorLine = z.object({
  /** Counted from 1 in the file as it was sent. */
  line: z.int(),
  errors: z.array(z.object({ pointer: z.string(), message: z.string() })),
});
export type ImportErrorLine = z.infer<typeof ImportErrorLine>;

/** All of them, a JSON object a line. */
export const ImportErrors = z.string().meta({
  personal: false,
  contentMediaType: 'application/x-ndjson',
});

/** `conflict`: its identities are of different contacts. What a line of consents or signals would do to a person is not told. */
export const PreviewOutcome = z.enum([
  'create',
  'update',
  'unchanged',
  'accept',
  'conflict',
  'reject',
]);
export type PreviewOutcome = z.infer<typeof PreviewOutcome>;

/** What would happen to a line: where and why, never what it holds. */
export const PreviewLine = z.object({
  /** Counted from 1 in the file as it was sent. */
  line: z.int(),
  outcome: PreviewOutcome,
  errors: z
    .array(
      z.object({
        pointer: z.string(),
        message: z.string(),
        /** The column of the file that the pointer comes from. */
        column: z.string().optional(),
      }),
    )
    .optional(),
});
export type PreviewLine = z.infer<typeof PreviewLine>;

/** Rows of a file that a preview looks at. */
export const PREVIEW_ROWS_MAX = 1_000;

/** `POST /v1/imports/previews?type=`: nothing is written. */
export const ImportPreview = z.object({
  type: ImportType,
  file: ImportFile,
  /** Which column goes where, in the order of the file; none where lines are JSON as this API has it. */
  columns: z.array(z.object({ column: z.string(), field: z.string() })),
  counts: z.object({
    create: z.int(),
    update: z.int(),
    unchanged: z.int(),
    accept: z.int(),
    conflict: z.int(),
    reject: z.int(),
  } satisfies Record<PreviewOutcome, z.ZodType>),
  lines: z.array(PreviewLine).max(PREVIEW_ROWS_MAX),
  /** There are more rows in the file than a preview looks at. */
  isCut: z.boolean(),
});
export type ImportPreview = z.infer<typeof ImportPreview>;
