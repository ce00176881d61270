import { MailId, SettledMail, UncertainMails } from '@tact/contracts';
import type { Home } from '../../home/home.ts';
import { Refusal } from '../../terminal/refusal.ts';
import { tableOf } from '../../terminal/table.ts';
import type { Terminal } from '../../terminal/terminal.ts';
import { type Upstream, upstreamsOf } from '../upstreams.ts';

const path = '/v1/operations/uncertain-mails';

const uncertainIn = async ({ api }: Upstream) => (await api.get(path, UncertainMails)).items;

type Parts = { readonly home: Home; readonly terminal: Terminal };

/** `tact mail uncertain`: mails of which nobody knows whether they arrived. */
export const listUncertainMails = async ({ home, terminal }: Parts): Promise<void> => {
  const items = (await Promise.all(upstreamsOf(home).map(uncertainIn))).flat();
  if (items.length === 0) return terminal.line('of every mail it is known whether it arrived');
  const head = ['mail', 'kind', 'tenant', 'to', 'in the log of the mail server', 'since'];
  const rows = items.map(({ mailId, kind, tenantId, subject, messageId = '', since }) => [
    mailId,
    kind,
    tenantId,
    subject,
    messageId,
    since,
  ]);
  for (const line of tableOf(head, rows)) terminal.line(line);
};

export type SettleFlags = { readonly arrived: boolean; readonly again: boolean };

/** `tact mail settle`: what a person found out about one. Throws `Refusal` when no such mail is uncertain. */
export const settleMail = async (
  mailId: string,
  { arrived, again }: SettleFlags,
  { home, terminal }: Parts,
): Promise<void> => {
  if (!MailId.safeParse(mailId).success || arrived === again) {
    throw new Refusal(
      'Give the id that tact mail uncertain shows, and either --arrived or --again.',
    );
  }
  for (const upstream of upstreamsOf(home)) {
    const items = await uncertainIn(upstream);
    if (!items.some((item) => item.mailId === mailId)) continue;
    const body = { hasArrived: arrived };
    const { state } = SettledMail.parse(await upstream.api.ask(`${path}/${mailId}`, body));
    return terminal.line(state === 'sent' ? 'It counts as sent.' : 'It is sent again.');
  }
  throw new Refusal('No such mail is uncertain: tact mail uncertain lists those that are.');
};
