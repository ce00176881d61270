import { z } from 'zod';
import { NOTICE_LENGTH_MAX, NoticeLanguage, NoticeSlug, TextSha256 } from '../events/notices.ts';
import { NoticeId } from '../ids.ts';
import { personal, utcTime } from '../personal.ts';
import { exampleNoticeText } from './consent-proof.ts';
import { Cursor } from './query.ts';

/** `POST /v1/notices`: the exact text, as people are shown it. */
export const PublishNoticeRequest = z
  .strictObject({
    slug: NoticeSlug,
    language: NoticeLanguage,
    text: personal('free-text', z.string().min(20).max(NOTICE_LENGTH_MAX)),
  })
  .meta({
    examples: [
      {
        slug: 'newsletter-whatsapp',
        language: 'en',
        text: exampleNoticeText,
      },
    ],
  });
export type PublishNoticeRequest = z.infer<typeof PublishNoticeRequest>;

const facts = {
  noticeId: NoticeId,
  slug: NoticeSlug,
  language: NoticeLanguage,
  /** Counted from 1 for each slug and language. */
  version: z.int(),
  sha256: TextSha256,
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
export const NoticeClauseQuery = z.strictObject({ language: NoticeLanguage });
export type NoticeClauseQuery = z.infer<typeof NoticeClauseQuery>;

/** A draft to read and to complete, then to publish. `missing` names the settings that it has gaps for. */
export const NoticeClause = z.object({
  language: NoticeLanguage,
  text: z.string(),
  missing: z.array(z.enum(['name', 'country', 'dpo', 'lawful-basis'])),
});
export type NoticeClause = z.infer<typeof NoticeClause>;
