import { ParkedRecordsList, RedriveReport } from '@tact/contracts';
import type { Home } from '../home/home.ts';
import { Refusal } from '../terminal/refusal.ts';
import { tableOf } from '../terminal/table.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { type Upstream, upstreamsOf } from './upstreams.ts';

const parkedIn = async ({ api }: Upstream) =>
  (await api.get('/parked-records', ParkedRecordsList)).items;

/** `tact parked`: every key whose records stand still, with the reason. */
export const parked = async (home: Home, terminal: Terminal): Promise<void> => {
  const items = (await Promise.all(upstreamsOf(home).map(parkedIn))).flat();
  if (items.length === 0) return terminal.line('nothing is parked');
  const head = ['consumer group', 'key', 'records', 'reason', 'since'];
  const rows = items.map(({ group, key, records, reason, parkedAt }) => [
    group,
    key,
    String(records),
    reason,
    parkedAt,
  ]);
  for (const line of tableOf(head, rows)) terminal.line(line);
};

/** `tact redrive`: handles the records of a key again, in their order. Throws `Refusal` when some stay parked. */
export const redrive = async (
  home: Home,
  { group, key }: { group: string; key: string },
  terminal: Terminal,
): Promise<void> => {
  for (const upstream of upstreamsOf(home)) {
    const items = await parkedIn(upstream);
    if (!items.some((item) => item.group === group && item.key === key)) continue;
    const answer = await upstream.api.post('/parked-records/redrives', { group, key });
    const { handled, left, reason } = RedriveReport.parse(answer);
    terminal.line(`${handled} handled, ${left} still parked`);
    if (left > 0) throw new Refusal(`The first of them failed again: ${reason ?? 'see the logs'}.`);
    return;
  }
  throw new Refusal('Nothing is parked under this group and key: tact parked lists what is.');
};
