import { createHash, randomBytes } from 'node:crypto';
import type { AuditEntry } from '@tact/contracts';
import { canonicalJson } from '@tact/platform';

/** What the first entry of a chain follows. */
export const genesis = '0'.repeat(64);

const SALT_BYTES = 32;

const sha256 = (value: unknown): string =>
  createHash('sha256').update(canonicalJson(value), 'utf8').digest('hex');

export const newSalt = (): string => randomBytes(SALT_BYTES).toString('hex');

/** Says something without saying it: only who has the salt can check what it was, and once that is gone nobody can. */
export const commitmentTo = (what: 'subject' | 'reason', value: string, salt: string): string =>
  sha256({ [what]: value, salt });

/** What only entries of form 2 say, and that they are of it: nothing where the first form says it all. */
export const form2Of = ({
  changed,
  shown,
}: {
  readonly changed?: readonly string[] | null | undefined;
  readonly shown?: number | null | undefined;
}): Pick<AuditEntry, 'form' | 'changed' | 'shown'> => {
  const more = {
    ...(changed && changed.length > 0 ? { changed: [...changed] } : {}),
    ...(typeof shown === 'number' ? { shown } : {}),
  };
  return Object.keys(more).length === 0 ? {} : { form: 2, ...more };
};

export const hashOf = (entry: AuditEntry): string => sha256(entry);
