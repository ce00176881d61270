import { randomUUID } from 'node:crypto';
import { Body, Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import {
  MailId,
  MailSettlement,
  MailTest,
  MailTestRequest,
  SettledMail,
  UncertainMails as UncertainMailsList,
} from '@tact/contracts';
import { ActBook } from '../../acts/act-book.ts';
import { MailDesk } from '../../mail/mail-desk.ts';
import { UncertainMails } from '../../mail-outbox/uncertain-mails.ts';
import { testDocument } from '../../mail/test-document.ts';
import { RequireScope } from '../access/access-decorators.ts';
import { Audited } from '../audited.ts';
import { DisclosesList } from '../discloses.ts';
import { Answers, Describe, Operator } from '../openapi/describe.ts';
import { ProblemError } from '../problem-error.ts';
import { ServiceName } from './service-name.ts';

/** Whether mails leave at all, which an operator wants to know before an alert does. The address is kept nowhere. */
@Operator()
@Controller('v1/operations/mail')
export class MailController {
  constructor(
    private readonly desk: MailDesk,
    private readonly service: ServiceName,
    private readonly acts: ActBook,
  ) {}

  @Post('tests')
  @HttpCode(200)
  @RequireScope('operator')
  @Audited('test-mail-sent')
  @Describe({
    operationId: 'sendTestMail',
    tag: 'Operations',
    summary: 'Sends a mail that says nothing but that mails arrive',
    description: 'Answers what the mail server said. `unknown`: it may have arrived.',
    refuses: ['unprocessable'],
  })
  @Answers(MailTest)
  async test(@Body({ schema: MailTestRequest }) request: MailTestRequest): Promise<MailTest> {
    const { mailer } = this.desk;
    if (mailer === undefined) {
      throw new ProblemError('unprocessable', { detail: 'No mail server is set: see SMTP_URL.' });
    }
    await this.acts.perform('test-mail-sent');
    const { to, language = 'en' } = request;
    const document = testDocument(language, this.service.name);
    const reported = await mailer.send({ idempotencyId: `test ${randomUUID()}`, to, document });
    return MailTest.parse(reported);
  }
}

/** Each tenant hears of a look at its own mails. */
const byTenant = (body: unknown): readonly (readonly [string, unknown])[] => {
  const { items } = body as UncertainMailsList;
  return [...Map.groupBy(items, ({ tenantId }) => tenantId)].map(([tenantId, own]) => [
    tenantId,
    { items: own },
  ]);
};

/** What the alert `mails-uncertain` is about. */
@Operator()
@Controller('v1/operations/uncertain-mails')
export class UncertainMailsController {
  constructor(
    private readonly uncertain: UncertainMails,
    private readonly acts: ActBook,
  ) {}

  @Get()
  @RequireScope('operator')
  @DisclosesList('uncertain-mails', byTenant)
  @Describe({
    operationId: 'listUncertainMails',
    tag: 'Operations',
    summary: 'Lists mails of which nobody knows whether they arrived',
    description:
      'The longest uncertain first, 200 at most; the log of the mail server knows each by its `messageId`.',
  })
  @Answers(UncertainMailsList)
  async list(): Promise<UncertainMailsList> {
    const items = await this.uncertain.list();
    return { items: items.map((one) => ({ ...one, since: one.since.toISOString() })) };
  }

  @Post(':mailId')
  @HttpCode(200)
  @RequireScope('operator')
  @Audited('mail-settled')
  @Describe({
    operationId: 'settleUncertainMail',
    tag: 'Operations',
    summary: 'Says what became of such a mail',
    description: 'One that did not arrive is sent again, if it may still leave.',
  })
  @Answers(SettledMail)
  async settle(
    @Param('mailId', { schema: MailId }) mailId: string,
    @Body({ schema: MailSettlement }) { hasArrived }: MailSettlement,
  ): Promise<SettledMail> {
    const isSettled = await this.uncertain.settle(mailId, hasArrived, (tx, tenantId) =>
      this.acts.performIn(tx, 'mail-settled', {
        about: mailId,
        changed: [hasArrived ? '+sent' : '+waiting'],
        concerns: [tenantId],
      }),
    );
    if (!isSettled) throw new ProblemError('not-found');
    return { mailId, state: hasArrived ? 'sent' : 'waiting' };
  }
}
