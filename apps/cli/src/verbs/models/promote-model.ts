import { ModelPromotion, PromoteModelRequest } from '@tact/contracts';
import { Refusal } from '../../terminal/refusal.ts';
import type { TactClient } from '@tact/client';
import type { Terminal } from '../../terminal/terminal.ts';
import { comparisonLines } from './card-lines.ts';

export type PromoteModelOptions = {
  readonly version: string;
  readonly reason: string;
  readonly comparedWith: string;
};

/** `tact models promote`: a person's decision, with its reason and the model it was compared with. */
export const promoteModel = async (
  { version, ...given }: PromoteModelOptions,
  { api, terminal }: { api: TactClient; terminal: Terminal },
): Promise<void> => {
  const request = PromoteModelRequest.safeParse(given).data;
  if (!request)
    throw new Refusal('Give a reason of up to 500 characters and the version compared with.');
  // Asked twice it is decided twice: the second time the model is live, and the platform says so.
  const path = `/v1/models/${encodeURIComponent(version)}/promote`;
  const promotion = ModelPromotion.parse(await api.ask(path, request));
  terminal.line(`${promotion.version} is live; ${promotion.comparedWith} is retired.`);
  const rows = [
    [promotion.version, promotion.promoted],
    [promotion.comparedWith, promotion.replaced],
  ] as const;
  for (const line of comparisonLines(rows)) terminal.line(line);
  terminal.line(`  Every contact is assessed again: rebuild ${promotion.rebuildId}.`);
};
