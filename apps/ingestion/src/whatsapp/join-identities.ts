import type { Identities } from '@tact/contracts';
import type { WishesOfStrangers } from '../wishes/wishes-of-strangers.ts';
import type { Queryable, StreamAppend, Vault } from '@tact/platform';

type Joining = {
  readonly tx: Queryable;
  readonly vault: Vault;
  readonly strangers: WishesOfStrangers;
  readonly whose: { readonly tenantId: string; readonly subject: string };
};

/**
 * Identities that WhatsApp says are a person's join the index, and what was new there becomes a fact to append. One that is
 * somebody else's stays theirs.
 */
export const joinIdentities = async (
  { tx, vault, strangers, whose }: Joining,
  named: Identities,
): Promise<StreamAppend[]> => {
  const { tenantId, subject: contactId } = whose;
  const added = await vault.addIdentities(tx, whose, named);
  if (added.length === 0) return [];
  const identities = Object.fromEntries(added.map((kind) => [kind, named[kind]])) as Identities;
  // Two parts of a webhook may tell of one identity: what was joined is the fact, whoever named it.
  const parts = ['identities-joined', contactId, JSON.stringify(identities)] as const;
  const id = vault.factId(tenantId, ...parts);
  return [
    // What was refused under them before they had an owner here binds their owner.
    ...(await strangers.appendsOf(tx, tenantId, [{ contactId, identities }])),
    {
      stream: `contact-${contactId}`,
      expected: 'any',
      events: [{ id, type: 'ContactUpdated', data: { contactId, identities } }],
      context: whose,
    },
  ];
};
