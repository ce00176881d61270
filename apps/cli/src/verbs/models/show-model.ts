import { writeFileSync } from 'node:fs';
import { ModelCard } from '@tact/contracts';
import type { TactClient } from '@tact/client';
import type { Terminal } from '../../terminal/terminal.ts';
import { cardLines } from './card-lines.ts';

export type ShowModelOptions = { readonly version: string | undefined; readonly svg?: string };

/** `tact models show`: the card of a model, the live one unless named; its reliability diagram as a file. */
export const showModel = async (
  { version = 'current', svg }: ShowModelOptions,
  { api, terminal }: { api: TactClient; terminal: Terminal },
): Promise<void> => {
  const path = `/v1/models/${encodeURIComponent(version)}`;
  const card = await api.get(path, ModelCard);
  for (const line of cardLines(card)) terminal.line(line);
  if (svg === undefined) return;
  writeFileSync(svg, await api.getText(`/v1/models/${card.version}/reliability.svg`));
  terminal.line(`  The reliability diagram is in ${svg}.`);
};
