import { Body, Controller, Get, HttpCode, Post } from '@nestjs/common';
import { ParkedRecordsList, RedriveOwnRequest, RedriveReport } from '@tact/contracts';
import { ActBook } from '../../acts/act-book.ts';
import { isOf, ParkedRecords } from '../../boot/parked-records.ts';
import { Proposals } from '../proposals/proposals.ts';
import { Caller, RequireScope } from '../access/access-decorators.ts';
import type { CallerIdentity } from '../access/caller.ts';
import { Audited } from '../audited.ts';
import { DisclosesList } from '../discloses.ts';
import { Answers, Describe, Operator } from '../openapi/describe.ts';
import { ProblemError } from '../problem-error.ts';

/** Beyond so many records a second person agrees, where there are two. */
const ALONE_MAX = 100;

/** What was set aside of one tenant, for the people of it. */
@Operator()
@Controller('v1/parked-records')
export class OwnParkedRecordsController {
  constructor(
    private readonly parked: ParkedRecords,
    private readonly acts: ActBook,
    private readonly proposals: Proposals,
  ) {}

  @Get()
  @RequireScope('records:redrive')
  @DisclosesList('parked-records')
  @Describe({
    operationId: 'listOwnParkedRecords',
    tag: 'Operations',
    summary: 'Lists what the consumers set aside of the caller’s tenant',
  })
  @Answers(ParkedRecordsList)
  list(@Caller() { tenantId }: CallerIdentity): Promise<ParkedRecordsList> {
    return this.parked.list(tenantId);
  }

  @Post('redrives')
  @HttpCode(200)
  @RequireScope('records:redrive')
  @Audited('records-redriven', 'ActionProposed')
  @Describe({
    operationId: 'redriveOwnParkedRecords',
    tag: 'Operations',
    summary: 'Handles the records of a key of the caller’s tenant again, in their order',
    description:
      'What fails again stays parked. Of more than a hundred records it takes a second person where there are two (`/v1/proposals`), whose word holds until none of the key is left or 72 hours are over. Another tenant’s key answers like one that nothing stands under.',
    refuses: ['approval-missing', 'unprocessable', 'not-found'],
  })
  @Answers(RedriveReport)
  async redrive(
    @Caller() caller: CallerIdentity,
    @Body({ schema: RedriveOwnRequest }) { group, key, proposedBy }: RedriveOwnRequest,
  ): Promise<RedriveReport> {
    const held = await this.parked.holding(group, key);
    if (held === undefined || !isOf(held, caller.tenantId)) throw new ProblemError('not-found');
    const content = { group, key };
    const asked = { kind: 'redrive', about: group, content, proposedBy } as const;
    const { proposals } = this;
    const licence = held.records > ALONE_MAX ? await proposals.licence(caller, asked) : undefined;
    await proposals.use(licence, (tx) =>
      this.acts.performIn(tx, 'records-redriven', { about: group }),
    );
    let isDone = false;
    try {
      const report = await this.parked.redrive(group, key);
      if (report === undefined) throw new ProblemError('not-found');
      isDone = report.left === 0;
      return report;
    } finally {
      if (!isDone) await proposals.giveBack(licence);
    }
  }
}
