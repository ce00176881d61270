import { randomUUID } from 'node:crypto';
import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { MailTest, MailTestRequest } from '@tact/contracts';
import { ActBook } from '../../acts/act-book.ts';
import { MailDesk } from '../../mail/mail-desk.ts';
import { testDocument } from '../../mail/test-document.ts';
import { RequireScope } from '../access/access-decorators.ts';
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
