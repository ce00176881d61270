import { includesScope, type Scope } from '@tact/contracts';
import { type CallerIdentity, ProblemError } from '@tact/platform';

/** Whether the caller may hand a scope on; `operator` is handed on by an operator alone. */
export const refuseScopesBeyond = (
  caller: Pick<CallerIdentity, 'scopes'>,
  scopes: readonly Scope[],
): void => {
  const beyond = scopes.filter((scope) => !includesScope(caller.scopes, scope));
  if (beyond.length === 0) return;
  throw new ProblemError('scope-missing', {
    detail: `A key grants only what it may itself; it lacks ${beyond.join(', ')}.`,
  });
};

/** Who acts for the installation, and is no person: it is bounded by nothing, and kept locked away. */
export const isOperator = ({ staffId, scopes }: CallerIdentity): boolean =>
  staffId === undefined && includesScope(scopes, 'operator');
