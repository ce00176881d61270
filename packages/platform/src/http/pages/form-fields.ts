import type { FastifyInstance, FastifyRequest } from 'fastify';
import { isStorableText, utf8Of } from '../json-texts.ts';
import { ProblemError } from '../problem-error.ts';
import { isPage } from './page-route.ts';

/** What a form sent: a field that was sent several times is a list. */
export type FormFields = Readonly<Record<string, string | readonly string[]>>;

const FIELDS_MAX = 200;

const unreadable = (): ProblemError =>
  new ProblemError('malformed-request', { detail: 'The form cannot be read.' });

const fieldsOf = (entries: Iterable<[string, unknown]>): FormFields => {
  const fields = new Map<string, string[]>();
  let count = 0;
  for (const [name, value] of entries) {
    count += 1;
    const isFine = typeof value === 'string' && isStorableText(value) && isStorableText(name);
    // A file is of no use to any page.
    if (!isFine || count > FIELDS_MAX || name === '__proto__') throw unreadable();
    fields.set(name, [...(fields.get(name) ?? []), value]);
  }
  return Object.fromEntries(
    [...fields].map(([name, [first = '', ...others]]) => [
      name,
      others.length === 0 ? first : [first, ...others],
    ]),
  );
};

const fieldsOfText = (bytes: Buffer): FormFields => {
  const text = utf8Of(bytes);
  if (text === undefined) throw unreadable();
  return fieldsOf(new URLSearchParams(text));
};

/** RFC 8058 lets who posts one click choose this form too. */
const fieldsOfParts = async (bytes: Buffer, contentType: string): Promise<FormFields> => {
  const given = new Response(new Uint8Array(bytes), { headers: { 'content-type': contentType } });
  const parts = await given.formData().catch((cause: unknown) => {
    throw new ProblemError('malformed-request', { detail: 'The form cannot be read.', cause });
  });
  return fieldsOf(parts);
};

const readForm = async (request: FastifyRequest, bytes: Buffer): Promise<FormFields> => {
  const type = request.headers['content-type'] ?? '';
  return /^multipart\//i.test(type) ? await fieldsOfParts(bytes, type) : fieldsOfText(bytes);
};

const formTypes = /^(?:application\/x-www-form-urlencoded|multipart\/form-data)\b/i;

/** Forms are read on the routes of pages alone; `elsewhere` is what becomes of them on any other. */
export const registerFormParser = (
  fastify: FastifyInstance,
  elsewhere: (request: FastifyRequest, bytes: Buffer) => unknown,
): void => {
  fastify.addContentTypeParser<Buffer>(
    formTypes,
    { parseAs: 'buffer' },
    async (request: FastifyRequest, bytes: Buffer) =>
      isPage(request) ? await readForm(request, bytes) : elsewhere(request, bytes),
  );
};
