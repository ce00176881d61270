import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ConsumerResetRequest } from '@tact/contracts';
import { ActBook } from '../../acts/act-book.ts';
import { ConsumerResets } from '../../boot/consumer-resets.ts';
import { RequireScope } from '../access/access-decorators.ts';
import { Audited } from '../audited.ts';
import { Answers, Describe, Operator } from '../openapi/describe.ts';

@Operator()
@Controller('consumer-resets')
export class ConsumerResetsController {
  constructor(
    private readonly resets: ConsumerResets,
    private readonly acts: ActBook,
  ) {}

  @Post()
  @HttpCode(200)
  @RequireScope('operator')
  @Audited('consumer-reset')
  @Describe({
    operationId: 'resetConsumer',
    tag: 'Operations',
    summary: 'Has a consumer that missed records go on',
    description:
      'It reads whatever the log still holds. What it consumed before has no second effect, and what was lost stays lost.',
    refuses: ['not-found', 'already-running', 'unprocessable'],
  })
  @Answers(ConsumerResetRequest)
  async reset(
    @Body({ schema: ConsumerResetRequest }) { group }: ConsumerResetRequest,
  ): Promise<ConsumerResetRequest> {
    if (this.resets.has(group)) {
      await this.acts.perform('consumer-reset', { about: group, concerns: 'every' });
    }
    await this.resets.reset(group);
    return { group };
  }
}
