import { ApproveProposalRequest, ProposalView } from '@tact/contracts';
import type { TactClient } from '@tact/client';
import { Refusal } from '../../terminal/refusal.ts';
import type { Terminal } from '../../terminal/terminal.ts';
import { contentLines } from './list-proposals.ts';

type Running = { readonly api: TactClient; readonly terminal: Terminal };

const pathOf = (proposalId: string): string => `/v1/proposals/${encodeURIComponent(proposalId)}`;

/** `tact proposals show`: what it is in full. */
export const showProposal = async (
  proposalId: string,
  { api, terminal }: Running,
): Promise<void> => {
  const view = await api.get(pathOf(proposalId), ProposalView);
  terminal.line(`${view.kind}, ${view.state}, proposed by ${view.proposedBy}`);
  for (const line of contentLines(view)) terminal.line(line);
};

/** `tact proposals approve`: agrees to the content whose hash was seen. Throws `Refusal` on a wrong option. */
export const approveProposal = async (
  { proposalId, sha256, name }: { proposalId: string; sha256: string; name?: string },
  { api, terminal }: Running,
): Promise<void> => {
  const request = ApproveProposalRequest.safeParse({
    contentSha256: sha256,
    ...(name === undefined ? {} : { approvedBy: name }),
  }).data;
  if (!request) throw new Refusal('--sha256 is what tact proposals show says, 64 digits.');
  const answer = await api.post(`${pathOf(proposalId)}/approvals`, request);
  const { proposedBy, openUntil } = ProposalView.parse(answer);
  terminal.line(`${proposalId} is agreed to`);
  terminal.line(`  ${proposedBy} does the same again until ${openUntil}: it is then done`);
};

/** `tact proposals decline`: also takes back what one proposed oneself. */
export const declineProposal = async (
  proposalId: string,
  { api, terminal }: Running,
): Promise<void> => {
  ProposalView.parse(await api.post(`${pathOf(proposalId)}/declines`, {}));
  terminal.line(`${proposalId} is declined`);
};
