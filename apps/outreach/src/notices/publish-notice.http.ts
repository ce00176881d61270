import { randomBytes } from 'node:crypto';
import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { Command, CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { formatId, PublishedNotice, PublishNoticeRequest, Purpose } from '@tact/contracts';
import { consentByUseSentence, isConsentByUse } from '@tact/domain';
import {
  Answers,
  Audited,
  Clock,
  currentContext,
  Describe,
  EventStore,
  Idempotent,
  Notices,
  ProblemError,
  RequireScope,
  Tenant,
} from '@tact/platform';
import { viewOf } from './list-notices.http.ts';

/** What a draft leaves for a person to fill in, as "[nom …]"; behind the brackets of a link stands its address. */
const gap = /\[[^\]\n]{0,200}\p{L}[^\]\n]{0,200}\](?!\()/u;

const wrongIn = (text: string): string | undefined => {
  if (isConsentByUse(text)) return consentByUseSentence;
  return gap.test(text)
    ? 'It has a gap in brackets: write what belongs there, and then register it.'
    : undefined;
};

/** Registers the exact text that people are shown before they agree. */
export class PublishNotice extends Command<PublishedNotice> {
  constructor(
    readonly tenantId: string,
    readonly request: PublishNoticeRequest,
  ) {
    super();
  }
}

@CommandHandler(PublishNotice)
export class PublishNoticeHandler implements ICommandHandler<PublishNotice> {
  constructor(
    private readonly notices: Notices,
    private readonly store: EventStore,
    private readonly clock: Clock,
  ) {}

  async execute({ tenantId, request }: PublishNotice): Promise<PublishedNotice> {
    const { slug, language, text } = request;
    const wrong = wrongIn(text);
    if (wrong !== undefined) {
      const errors = [{ pointer: '/text', message: wrong }];
      throw new ProblemError('unprocessable', { errors });
    }
    const purposes =
      request.purposes === undefined
        ? null
        : Purpose.options.filter((one) => request.purposes?.includes(one));
    const at = this.clock.now();
    const noticeId = formatId('notice', randomBytes(16));
    const commandId = currentContext()?.commandId;
    const published = await this.store.transaction(async (tx) => {
      const notice = { tenantId, noticeId, slug, language, text, purposes, at };
      const { record, isNew } = await this.notices.publish(tx, notice);
      if (!isNew) return record;
      const { number, sha256 } = record;
      const about = purposes === null ? {} : { purposes };
      const stated = { noticeId, slug, language, number, sha256, text, ...about };
      const data = { ...stated, at: at.toISOString() };
      await this.store.appendIn(tx, [
        {
          stream: `notice-${noticeId}`,
          expected: 0,
          events: [{ type: 'NoticePublished', data }],
          context: {
            tenantId,
            subject: tenantId,
            ...(commandId === undefined ? {} : { commandId, causationId: commandId }),
          },
        },
      ]);
      return record;
    });
    return viewOf(published);
  }
}

@Controller('v1/notices')
export class PublishNoticeController {
  constructor(private readonly commands: CommandBus) {}

  @Post()
  @HttpCode(201)
  @RequireScope('consents:write')
  @Idempotent()
  @Audited('NoticePublished')
  @Describe({
    operationId: 'publishNotice',
    tag: 'Consents',
    summary: 'Registers the text of a notice',
    description:
      'A text never changes: another one under the same slug and language is the next version, the same one again is the one that is there. A text by which using a service is agreeing is refused, and so is one with a gap in brackets. `purposes` says what it is about: with it nobody agrees to anything else.',
    refuses: ['unprocessable'],
  })
  @Answers(PublishedNotice, { description: 'The registered text.' })
  publish(
    @Tenant() tenantId: string,
    @Body({ schema: PublishNoticeRequest }) request: PublishNoticeRequest,
  ): Promise<PublishedNotice> {
    return this.commands.execute(new PublishNotice(tenantId, request));
  }
}
