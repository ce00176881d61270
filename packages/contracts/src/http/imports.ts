import { z } from 'zod';
import { ImportId } from '../ids.ts';
import { utcTime } from '../personal.ts';
import { DeclaredConsent, RegisterContactRequest } from './contacts.ts';
import { ContactReference, LineId, SignalLine } from './signals.ts';

export const ImportType = z
  .enum(['contacts', 'consents', 'signals'])
  .meta({ description: 'What the lines of the file contain.' });
export type ImportType = z.infer<typeof ImportType>;

/** A line of type `contacts`: the person is created, or found by any identity and completed. */
export const ContactLine = RegisterContactRequest.omit({ consents: true }).extend({ id: LineId });
export type ContactLine = z.infer<typeof ContactLine>;

/** A line of type `consents`: without proof it is none. The person must have been registered before. */
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

export const StartImportQuery = z.strictObject({ type: ImportType });
export type StartImportQuery = z.infer<typeof StartImportQuery>;

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
});
export type ImportAccepted = z.infer<typeof ImportAccepted>;

/** `GET /v1/imports/{importId}`. */
export const ImportProgress = z.object({
  importId: ImportId,
  type: ImportType,
  state: ImportState,
  bytesReceived: z.int(),
  lines: z.object({
    /** Lines that came, blank ones left out. */
    read: z.int(),
    applied: z.int(),
    /** Told before under the same line id. */
    duplicate: z.int(),
    /** See `GET /v1/imports/{importId}/errors`. */
    rejected: z.int(),
  }),
  /** Lines without effect: a person unknown, suppressed, or without the consent the line needs. Never told line by line. */
  notContactable: z.int(),
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
