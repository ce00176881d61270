import { ProposalPage, type ProposalView } from '@tact/contracts';
import type { TactClient } from '@tact/client';
import { tableOf } from '../../terminal/table.ts';
import { printable, type Terminal } from '../../terminal/terminal.ts';

type Running = { readonly api: TactClient; readonly terminal: Terminal };

const rowOf = (view: ProposalView): string[] => [
  view.proposalId,
  view.kind,
  printable(view.about),
  view.state,
  printable(view.proposedByName ?? view.proposedBy),
  view.openUntil,
];

/** `tact proposals list`: what was proposed lately, and what of it waits. */
export const listProposals = async ({ api, terminal }: Running): Promise<void> => {
  const { items } = await api.get('/v1/proposals?limit=100', ProposalPage);
  if (items.length === 0) return terminal.line('nothing was proposed');
  const head = ['proposal', 'kind', 'about', 'state', 'proposed by', 'until'];
  for (const line of tableOf(head, items.map(rowOf))) terminal.line(line);
};

/** All that whoever agrees agrees to. */
export const contentLines = ({ content, contentSha256 }: ProposalView): readonly string[] => [
  ...content.map(({ field, value }) => `  ${field}: ${printable(value)}`),
  `  sha256: ${contentSha256}`,
];
