import { DevMailList } from '@tact/contracts';
import type { TraceSearch } from '@tact/traces';
import { Refusal } from '../../terminal/refusal.ts';
import type { Swept } from './findings.ts';

const read = async (url: string): Promise<string> => {
  const answer = await fetch(url, { signal: AbortSignal.timeout(5_000) }).catch(() => undefined);
  if (answer?.ok !== true) throw new Refusal('The mail sink did not answer for /dev/mail.');
  return answer.text();
};

/** Every mail in the memory of the embedded platform's sink, which no file and no table holds. */
export const sweepMails = async (origin: string, search: TraceSearch): Promise<Swept> => {
  const { items } = DevMailList.parse(JSON.parse(await read(`${origin}/dev/mail.json`)));
  const hits = search.hits();
  let bytes = 0;
  for (const { id } of items) {
    const mail = Buffer.from(await read(`${origin}/dev/mail/${id}.json`));
    bytes += mail.length;
    search.whole(mail, hits);
  }
  return { group: 'mails', name: '/dev/mail', bytes, hits: hits.list };
};
