import { z } from 'zod';
import { NOTICE_LENGTH_MAX, NoticeSlug, TextSha256 } from '../events/notices.ts';
import { NoticeId } from '../ids.ts';
import { personal, utcTime } from '../personal.ts';
import { Purpose } from '../purposes.ts';
import { PageLanguage } from '../tenants.ts';
import { exampleNoticeText } from './consent-proof.ts';
import { Cursor } from './query.ts';

/** `POST /v1/notices`: the exact text, as people are shown it. */
export const PublishNoticeRequest = z
  .strictObject({
    slug: NoticeSlug,
    language: PageLanguage,
    text: personal('free-text', z.string().min(20).max(NOTICE_LENGTH_MAX)),
    /** What the text is about: a consent to anything else that names it is refused. */
    purposes: z.array(Purpose).min(1).max(Purpose.options.length).optional(),
  })
  .meta({
    examples: [
      {
        slug: 'newsletter-whatsapp',
        language: 'en',
        text: exampleNoticeText,
        purposes: ['marketing'],
      },
    ],
  });
export type PublishNoticeRequest = z.infer<typeof PublishNoticeRequest>;

const facts = {
  noticeId: NoticeId,
  slug: NoticeSlug,
  language: PageLanguage,
  /** Counted from 1 for each slug and language. */
  version: z.int(),
  sha256: TextSha256,
  purposes: z.array(Purpose).optional(),
  publishedAt: utcTime(),
};

/** The same text sent again is the same notice. */
export const PublishedNotice = z.object(facts);
export type PublishedNotice = z.infer<typeof PublishedNotice>;

export const Notice = z.object({ ...facts, text: z.string() });
export type Notice = z.infer<typeof Notice>;

export const NoticePage = z.object({
  items: z.array(PublishedNotice),
  nextCursor: Cursor.optional(),
});
export type NoticePage = z.infer<typeof NoticePage>;

/** `GET /v1/notices/clause?language=`. */
export const NoticeClauseQuery = z.strictObject({
  language: PageLanguage.meta({ description: 'The language of the text.' }),
});
export type NoticeClauseQuery = z.infer<typeof NoticeClauseQuery>;

/** A draft to read and to complete, then to publish. `missing` names what it has gaps for. */
export const NoticeClause = z.object({
  language: PageLanguage,
  text: z.string(),
  missing: z.array(z.enum(['contact', 'country', 'dpo'])),
});
export type NoticeClause = z.infer<typeof NoticeClause>;
