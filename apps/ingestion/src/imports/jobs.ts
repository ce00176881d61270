import { ImportId } from '@tact/contracts';
import { jobKind } from '@tact/platform';
import { z } from 'zod';

/** An upload of which nothing was heard for so many seconds has lost its process. */
export const SILENCE_SECONDS = 60;

/**
 * One job an import until its last line is judged, a chunk an attempt: what is given back waits behind other imports.
 * A chunk that cannot be done is tried for about half an hour; then a person looks.
 */
export const applyImport = jobKind({
  name: 'apply-import',
  payload: z.object({ importId: ImportId }),
  attemptsMax: 30,
  backoffMs: { first: 1_000, max: 60_000 },
  leaseMs: 15_000,
});

/** One a service, every hour. */
export const forgetImportErrors = jobKind({ name: 'forget-import-errors', payload: z.object({}) });
