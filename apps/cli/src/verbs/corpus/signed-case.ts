import type { Credentials } from '@tact/contracts';
import { signatureOf } from '@tact/client';
import type { Body, Corpus, CorpusCase, Handshake } from './corpus.ts';

/** Byte for byte: JSON that is parsed and written again would be another body. */
const withOurWabas = (body: Body, corpus: Corpus, wabaIds: readonly string[]): Body => {
  let text = Buffer.from(body).toString('latin1');
  corpus.wabaIds.forEach((id, index) => {
    text = text.replaceAll(id, wabaIds[index % wabaIds.length] ?? id);
  });
  return new Uint8Array(Buffer.from(text, 'latin1'));
};

/**
 * A case as it is posted to this platform. One that must be accepted is addressed to its accounts and signed
 * with its secret; one whose signature is wrong on purpose stays as it is.
 */
export const signedCase = (
  one: CorpusCase,
  corpus: Corpus,
  { whatsapp }: Credentials,
): { body: Body; headers: Record<string, string> } => {
  if (one.expect.http === 401) return { body: one.body, headers: one.headers };
  const body = withOurWabas(one.body, corpus, whatsapp.wabaIds);
  const same = Buffer.from(body).equals(one.body) && whatsapp.appSecret === corpus.appSecret;
  const signature = same ? {} : { 'x-hub-signature-256': signatureOf(body, whatsapp.appSecret) };
  return { body, headers: { ...one.headers, ...signature } };
};

export const handshakeQuery = (
  { query }: Handshake,
  corpus: Corpus,
  { whatsapp }: Credentials,
): string => query.replaceAll(corpus.verifyToken, encodeURIComponent(whatsapp.verifyToken));
