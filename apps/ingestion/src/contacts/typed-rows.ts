import { includesScope } from '@tact/contracts';
import type { CallerIdentity } from '@tact/platform';

/**
 * Whether what a caller sends of people is a person's own word. A program that is nobody's tells what its CRM holds, and so
 * does a file from whoever may merge: there another number of the same record ends the earlier one. What a member of staff
 * writes ends nothing: else one of them frees a number by one call and gives it away by the next, for which it takes two.
 */
export const isTypedBy = (
  { staffId, scopes }: Pick<CallerIdentity, 'staffId' | 'scopes'>,
  from: 'request' | 'file',
): boolean =>
  staffId !== undefined && !(from === 'file' && includesScope(scopes, 'contacts:merge'));
