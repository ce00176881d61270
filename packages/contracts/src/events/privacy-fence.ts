import { z } from 'zod';
import { ContactId } from '../ids.ts';
import { utcTime } from '../personal.ts';
import { defineEvent } from './define.ts';

export const SubjectFenced = defineEvent({
  type: 'SubjectFenced',
  version: 1,
  description:
    'Nothing about this person may be stored or keyed any more; written before anything is destroyed.',
  data: z.object({
    contactId: ContactId,
    /** Key revisions up to this one are refused. */
    throughRevision: z.int().nonnegative(),
    at: utcTime(),
  }),
});
