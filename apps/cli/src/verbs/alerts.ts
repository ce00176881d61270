import { type Alert, AlertList } from '@tact/contracts';
import type { Home } from '../home/home.ts';
import { tableOf } from '../terminal/table.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { type Upstream, upstreamsOf } from './upstreams.ts';

type ServiceAlert = Alert & { readonly service: string };

const alertsIn = async ({ service, api }: Upstream): Promise<ServiceAlert[]> =>
  (await api.get('/alerts', AlertList)).items.map((alert) => ({ ...alert, service }));

/** Every alert of the running services, or of those named, open ones first. Throws `Refusal` when one does not answer. */
export const readAlerts = async (
  home: Home,
  services?: readonly string[],
): Promise<ServiceAlert[]> => {
  const asked = upstreamsOf(home).filter(({ service }) => services?.includes(service) ?? true);
  const all = (await Promise.all(asked.map(alertsIn))).flat();
  const isClosed = ({ state }: ServiceAlert): number => (state === 'closed' ? 1 : 0);
  return all.toSorted((one, other) => isClosed(one) - isClosed(other));
};

/** `tact alerts`: what a person must look at, since when, how much, and what to do. */
export const alerts = async (home: Home, terminal: Terminal): Promise<void> => {
  const all = await readAlerts(home);
  if (all.length === 0) return terminal.line('nothing needs a person');
  const head = ['alert', 'service', 'state', 'since', 'count', 'what, and what to do'];
  const rows = all.map(
    ({ kind, reason, about = reason, service, state, since, count, what, todo }) => [
      about === undefined ? kind : `${kind}: ${about}`,
      service,
      state,
      since,
      String(count),
      `${what} ${todo}`,
    ],
  );
  for (const line of tableOf(head, rows)) terminal.line(line);
};
