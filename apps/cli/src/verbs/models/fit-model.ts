import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { FitModelRequest, ModelCard } from '@tact/contracts';
import { Refusal } from '../../terminal/refusal.ts';
import type { TactClient } from '@tact/client';
import type { Terminal } from '../../terminal/terminal.ts';
import { cardLines } from './card-lines.ts';

const LOOK_EVERY_MS = 1_000;

/** `tact models fit`: asks for a candidate, waits for its card and shows it. It assesses nobody until promoted. */
export const fitModel = async (
  { heldOutDays }: { heldOutDays: string },
  {
    api,
    terminal,
    everyMs = LOOK_EVERY_MS,
  }: { api: TactClient; terminal: Terminal; everyMs?: number },
): Promise<void> => {
  const request = FitModelRequest.safeParse({ heldOutDays: Number(heldOutDays) }).data;
  if (!request) throw new Refusal('--held-out takes whole days, from 1 to 180.');
  const asked = ModelCard.parse(await api.post('/v1/models', request, randomUUID()));
  terminal.line(`${asked.version} is being fitted; Ctrl-C leaves it to itself.`);
  for (;;) {
    const card = await api.get(`/v1/models/${asked.version}`, ModelCard);
    if (card.state === 'fitting') {
      await sleep(everyMs);
      continue;
    }
    if (card.state === 'failed') throw new Refusal(card.failure ?? 'The fit failed.');
    for (const line of cardLines(card)) terminal.line(line);
    return;
  }
};
