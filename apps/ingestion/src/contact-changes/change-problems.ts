import { ProblemError, type Queryable } from '@tact/platform';
import type { WishesOfStrangers } from '../wishes/wishes-of-strangers.ts';
import type { ApprovalRefusal } from './four-eyes.ts';

const unprocessable = (pointer: string, message: string): ProblemError =>
  new ProblemError('unprocessable', { errors: [{ pointer, message }] });

/** What a refused approval answers. */
export const problemOfApproval = (refused: string): ProblemError => {
  const problems: Readonly<Record<ApprovalRefusal, () => ProblemError>> = {
    unknown: () => new ProblemError('not-found'),
    decided: () => new ProblemError('version-conflict', { detail: 'It was approved before.' }),
    'same-person': () =>
      new ProblemError('unprocessable', {
        detail: 'Who proposed it does not approve it, with whichever key: another person does.',
      }),
    'not-a-person': () =>
      new ProblemError('unprocessable', {
        detail:
          'The tenant has staff: members of it propose and approve, with a key or a session of their own, and not with a key that is nobody’s.',
      }),
    expired: () =>
      new ProblemError('unprocessable', {
        detail: 'It was proposed more than 72 hours ago: look again, and propose it anew.',
      }),
    changed: () =>
      new ProblemError('version-conflict', { detail: 'What was proposed is not what you saw.' }),
    'same-key': () =>
      new ProblemError('unprocessable', {
        detail:
          'The key that proposed it does not approve it: somebody else does, with a key of theirs.',
      }),
    'same-name': () =>
      unprocessable('/approvedBy', 'Who proposed it does not approve it: somebody else does.'),
  };
  return (problems[refused as ApprovalRefusal] ?? problems.unknown)();
};

/** What was proposed does not fit any more. */
export const changedSince = (): ProblemError =>
  new ProblemError('version-conflict', {
    detail:
      'One of the contacts was merged, split or erased since. Look at them, and propose anew.',
  });

export { unprocessable };

/**
 * One change of who is who at a time in a tenant, so that none is decided on what another one changes. To be called first in
 * the transaction: whoever is being given an identity meanwhile is waited for, and nobody else is until its end. An identity
 * that was given to a contact behind the look that moved its others would be left with an id that is part of another.
 */
export const lockChanges = async (
  tx: Queryable,
  tenantId: string,
  strangers: Pick<WishesOfStrangers, 'lock'>,
): Promise<void> => {
  await strangers.lock(tx, tenantId);
  await tx.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [
    `contact-changes|${tenantId}`,
  ]);
};
