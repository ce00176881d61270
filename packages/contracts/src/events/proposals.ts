import { z } from 'zod';
import { ProposalId, TenantId } from '../ids.ts';
import { plainText } from '../personal.ts';
import { Sha256 } from './audit.ts';
import { defineEvent } from './define.ts';

/** What one person alone does not do, where there are two. */
export const ProposalKind = z.enum([
  'model-promotion',
  'administrative-key',
  'redrive',
  'staff-erasure',
]);
export type ProposalKind = z.infer<typeof ProposalKind>;

const proposal = {
  tenantId: TenantId,
  proposalId: ProposalId,
  kind: ProposalKind,
  /** Which one: a version, administrative scopes, a consumer, an id; nothing that somebody writes as they like. */
  about: plainText(200),
  /** Of all that is proposed. */
  contentSha256: Sha256,
};

export const ActionProposed = defineEvent({
  type: 'ActionProposed',
  version: 1,
  description: 'Somebody is to do what takes a second person.',
  data: z.object(proposal),
});

export const ActionApproved = defineEvent({
  type: 'ActionApproved',
  version: 1,
  description: 'A second person agreed to what was proposed: whoever proposed it may do it once.',
  data: z.object(proposal),
});

export const ActionDeclined = defineEvent({
  type: 'ActionDeclined',
  version: 1,
  description: 'What was proposed is not to be done, or was taken back.',
  data: z.object(proposal),
});
