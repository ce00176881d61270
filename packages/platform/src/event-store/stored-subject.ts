import { isPassingStream } from './schema.ts';

/** What a stream about a subject ends with: `contact-ct_1`. */
const endOf = (stream: string): string => stream.slice(stream.lastIndexOf('-') + 1);

/** Nothing where the stream's name says it. Rows of streams that pass are deleted by their subject, so these have it. */
export const toStoredSubject = (stream: string, subject: string): string =>
  endOf(stream) === subject && !isPassingStream(stream) ? '' : subject;

export const fromStoredSubject = (stream: string, stored: string): string =>
  stored === '' ? endOf(stream) : stored;
