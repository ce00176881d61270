import type { Queryable } from '@tact/platform';
import type { Knowledge } from './assess-contacts.ts';
import { livePriors } from './live-priors.ts';
import { incidentsOf } from '../incidents/tenant-incidents.ts';

/** What an assessment needs of each tenant besides a contact's facts: the live model, and when nobody could be heard. */
export const knowledgeOf = async (
  tx: Queryable,
  asked: readonly { readonly tenantId: string }[],
): Promise<(tenantId: string) => Knowledge> => {
  // One after the other: a transaction has one connection.
  const priors = await livePriors(tx, asked);
  const incidents = await incidentsOf(tx, asked);
  return (tenantId) => ({ priors: priors(tenantId), incidents: incidents(tenantId) });
};
