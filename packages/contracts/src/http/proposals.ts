import { z } from 'zod';
import { Sha256 } from '../events/audit.ts';
import { ProposalKind } from '../events/proposals.ts';
import { ActorId, ProposalId } from '../ids.ts';
import { personal, plainText, utcTime } from '../personal.ts';
import type { Scope } from '../scopes.ts';
import { Cursor } from './query.ts';

/** Who somebody says they are, where a key is nobody's and the tenant has no staff. */
export const statedName = () => personal('name', z.string().min(1).max(120));

/** With one of these scopes somebody may agree to, or decline, what is proposed. */
export const decidingScopes: Readonly<Record<ProposalKind, readonly Scope[]>> = {
  'model-promotion': ['models:write', 'staff:read'],
  'administrative-key': ['staff:read', 'staff:write'],
  redrive: ['records:redrive', 'staff:read'],
  'staff-erasure': ['staff:read', 'staff:write'],
};

/** How a proposal stands. `approved`: whoever proposed it repeats the call. `expired`: nobody agreed within 72 hours. */
export const ProposalState = z.enum(['open', 'approved', 'declined', 'done', 'expired']);
export type ProposalState = z.infer<typeof ProposalState>;

export const ProposalView = z.object({
  proposalId: ProposalId,
  kind: ProposalKind,
  /** Which one: a version, administrative scopes, a consumer, an id. */
  about: plainText(200),
  /** All that is proposed, field by field; once nobody can go on with it, without a label. */
  content: z.array(z.object({ field: plainText(60), value: plainText(2000) })),
  /** Of the content: who agrees says which one they saw. */
  contentSha256: Sha256,
  state: ProposalState,
  proposedBy: ActorId,
  /** Absent where they were erased. */
  proposedByName: personal('name', z.string()).optional(),
  proposedAt: utcTime(),
  /** Until when somebody can agree, and then until when it can be done. */
  openUntil: utcTime(),
  decidedBy: ActorId.optional(),
  decidedAt: utcTime().optional(),
  /** Whether it is a proposal of who asks. */
  isOwn: z.boolean(),
});
export type ProposalView = z.infer<typeof ProposalView>;

/** `GET /v1/proposals`: latest first. */
export const ProposalPage = z.object({
  items: z.array(ProposalView),
  nextCursor: Cursor.optional(),
});
export type ProposalPage = z.infer<typeof ProposalPage>;

/** `POST /v1/proposals/{proposalId}/approvals`. */
export const ApproveProposalRequest = z
  .strictObject({
    contentSha256: Sha256,
    /** Of a key that is nobody's, in a tenant without staff. */
    approvedBy: statedName().optional(),
  })
  .meta({ examples: [{ contentSha256: 'a'.repeat(64), approvedBy: 'Karim Benali' }] });
export type ApproveProposalRequest = z.infer<typeof ApproveProposalRequest>;
