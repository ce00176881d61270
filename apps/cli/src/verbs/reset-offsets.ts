import { ConsumerResetRequest } from '@tact/contracts';
import type { Home } from '../home/home.ts';
import { Refusal } from '../terminal/refusal.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { upstreamsOf } from './upstreams.ts';

/** `tact reset-offsets`: a consumer that missed records goes on with what the log still holds. */
export const resetOffsets = async (
  home: Home,
  { group }: { readonly group: string },
  terminal: Terminal,
): Promise<void> => {
  // A group is called after the service that reads as it.
  const upstream = upstreamsOf(home).find(({ service }) => group.startsWith(`${service}.`));
  if (upstream === undefined) {
    throw new Refusal('No running service has this consumer group: tact status lists them.');
  }
  const answer = await upstream.api.post('/consumer-resets', { group });
  terminal.line(
    `${ConsumerResetRequest.parse(answer).group} goes on with what the log still holds`,
  );
};
