import { z } from 'zod';
import type { ServiceName } from './topics.ts';

/** How long something is kept. Each place that keeps anything names one class; its limit is policy and no code. */
export const RetentionClass = z.enum([
  'signals',
  'counted-messages',
  'consents-and-decisions',
  'contact-details',
  'questions-asked',
  'refusals',
  'fence',
  'data-request-file',
  'audit',
  'log',
  'set-aside',
  'answers',
  'mails',
  'on-the-way',
  'proposals',
  'staff',
  'settings',
  'counts',
  'bookkeeping',
  'process-logs',
  'memory',
]);
export type RetentionClass = z.infer<typeof RetentionClass>;

/** From when a limit counts. */
export const RetentionStart = z.enum([
  'the fact',
  'the last contact from the person',
  'the end of the contact',
  'the end of the matter',
  'the end of the tenant',
]);
export type RetentionStart = z.infer<typeof RetentionStart>;

/** `days` after `from`; without a limit it is kept until something else ends it, and `why` says what. */
export type RetentionLimit =
  | { readonly days: number; readonly from: RetentionStart }
  | { readonly days: null; readonly why: string };

const YEAR_DAYS = 365;

/** What holds where a tenant has set nothing else. A new class does not compile until it has its limit. */
export const retentionLimits: Readonly<Record<RetentionClass, RetentionLimit>> = {
  signals: { days: 400, from: 'the fact' },
  'counted-messages': { days: 2, from: 'the fact' },
  'consents-and-decisions': { days: 5 * YEAR_DAYS, from: 'the end of the contact' },
  'contact-details': { days: 3 * YEAR_DAYS, from: 'the last contact from the person' },
  'questions-asked': { days: 90, from: 'the fact' },
  refusals: { days: 3 * YEAR_DAYS, from: 'the fact' },
  fence: { days: null, why: 'Who was erased must not come back by an old record or backup.' },
  'data-request-file': { days: 5 * YEAR_DAYS, from: 'the end of the matter' },
  audit: { days: YEAR_DAYS, from: 'the fact' },
  log: { days: 7, from: 'the fact' },
  'set-aside': { days: 7, from: 'the fact' },
  answers: { days: 1, from: 'the fact' },
  mails: { days: 30, from: 'the end of the matter' },
  'on-the-way': { days: 7, from: 'the fact' },
  proposals: { days: 90, from: 'the fact' },
  staff: { days: YEAR_DAYS, from: 'the end of the matter' },
  settings: { days: 0, from: 'the end of the tenant' },
  counts: { days: null, why: 'Numbers about many people, or about none.' },
  bookkeeping: { days: null, why: 'How far the work is: each row takes the place of the last.' },
  'process-logs': { days: 30, from: 'the fact' },
  memory: {
    days: null,
    why: 'It ends with the process, and within a minute where it can open what is sealed.',
  },
};

/** The longest that any event of a service is kept. */
export const retentionOfEvents: Readonly<Record<ServiceName, RetentionClass>> = {
  ingestion: 'signals',
  scoring: 'signals',
  outreach: 'consents-and-decisions',
  compliance: 'data-request-file',
};
