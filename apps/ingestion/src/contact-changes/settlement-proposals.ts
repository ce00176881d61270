import { Injectable } from '@nestjs/common';
import { type Queryable, Vault } from '@tact/platform';
import { z } from 'zod';
import type { Acting } from './acting-person.ts';

/** Whose key the text is sealed under stands beside it: the conflict may be another first contact's by now. */
const Kept = z.object({ at: z.string(), subject: z.string(), sealed: z.string() });
const Proposer = z.object({
  name: z.string(),
  keyId: z.string(),
  staffId: z.string().optional(),
  at: z.string(),
});
export type Proposer = z.infer<typeof Proposer>;

type Whose = {
  readonly tenantId: string;
  readonly conflictId: string;
};

const placeOf = (conflictId: string): string => `settlement-proposal ${conflictId}`;

/** Who says first that what is claimed is the second contact's; kept with the conflict, and gone when it changes. */
@Injectable()
export class SettlementProposals {
  constructor(private readonly vault: Vault) {}

  async find(tx: Queryable, { tenantId, conflictId }: Whose): Promise<Proposer | undefined> {
    const [row] = await tx.query<{ proposal: unknown }>(
      'SELECT proposal FROM identity_conflicts WHERE conflict_id = $1 AND tenant_id = $2',
      [conflictId, tenantId],
    );
    const kept = Kept.safeParse(row?.proposal).data;
    if (kept === undefined) return undefined;
    const { subject, sealed } = kept;
    const text = await this.vault.texts.open({ tenantId, subject }, sealed, placeOf(conflictId));
    return Proposer.parse(JSON.parse(text));
  }

  async keep(
    tx: Queryable,
    { tenantId, conflictId }: Whose,
    { subject, acting }: { readonly subject: string; readonly acting: Acting },
  ): Promise<void> {
    const text = JSON.stringify(acting);
    const sealed = await this.vault.texts.seal({ tenantId, subject }, text, placeOf(conflictId));
    await tx.query('UPDATE identity_conflicts SET proposal = $2::jsonb WHERE conflict_id = $1', [
      conflictId,
      JSON.stringify({ at: acting.at, subject, sealed }),
    ]);
  }
}
