import { z } from 'zod';
import { NoticeId } from '../ids.ts';
import { personal, plainText, utcTime } from '../personal.ts';
import { Purpose } from '../purposes.ts';
import { PageLanguage } from '../tenants.ts';
import { defineEvent } from './define.ts';

/** Name of a text of the business, whatever its language and version. */
export const NoticeSlug = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,62}$/)
  .meta({ personal: false, examples: ['newsletter-whatsapp'] });
export type NoticeSlug = z.infer<typeof NoticeSlug>;

/** SHA-256 over the UTF-8 bytes of the exact text, in hex. */
export const TextSha256 = z
  .string()
  .regex(/^[0-9a-f]{64}$/)
  .meta({ personal: false });

/** Longest notice in characters: one that nobody reads to its end informs nobody. */
export const NOTICE_LENGTH_MAX = 20_000;

export const NoticePublished = defineEvent({
  type: 'NoticePublished',
  version: 1,
  description:
    'The business registered a text that people are shown before they agree. It never changes; another text is another version.',
  data: z.object({
    noticeId: NoticeId,
    slug: NoticeSlug,
    language: PageLanguage,
    /** Counted from 1 for each name and language. */
    number: z.int().min(1),
    sha256: TextSha256,
    /** It may name a member of staff: the data protection officer. */
    text: personal('free-text', z.string().min(1).max(NOTICE_LENGTH_MAX)),
    /** What the text is about; anything where absent. */
    purposes: z.array(Purpose).optional(),
    at: utcTime(),
    by: plainText(60).optional(),
  }),
});
