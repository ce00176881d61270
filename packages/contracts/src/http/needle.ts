import { z } from 'zod';
import { personal } from '../personal.ts';

export const NeedleKind = z.enum(['phone', 'email', 'bsuid', 'crm-id', 'wamid', 'name', 'text']);
export type NeedleKind = z.infer<typeof NeedleKind>;

/** Something of a person that must be nowhere: what a sweep looks for. */
export const Needle = z.strictObject({
  kind: NeedleKind,
  value: personal('free-text', z.string().min(1).max(4000)),
});
export type Needle = z.infer<typeof Needle>;
