import { ProblemError, type Queryable } from '@tact/platform';
import type { ApprovalRefusal } from './four-eyes.ts';

const unprocessable = (pointer: string, message: string): ProblemError =>
  new ProblemError('unprocessable', { errors: [{ pointer, message }] });

/** What a refused approval answers. */
export const problemOfApproval = (refused: string): ProblemError => {
  const problems: Readonly<Record<ApprovalRefusal, () => ProblemError>> = {
    unknown: () => new ProblemError('not-found'),
    decided: () => new ProblemError('version-conflict', { detail: 'It was approved before.' }),
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

/** One change of who is who at a time in a tenant, so that none is decided on what another one changes. */
export const lockChanges = async (tx: Queryable, tenantId: string): Promise<void> => {
  await tx.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [
    `contact-changes|${tenantId}`,
  ]);
};
