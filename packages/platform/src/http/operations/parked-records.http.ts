import { Body, Controller, Get, HttpCode, Post } from '@nestjs/common';
import { ParkedRecordsList, RedriveReport, RedriveRequest } from '@tact/contracts';
import { ActBook } from '../../acts/act-book.ts';
import { isOf, ParkedRecords } from '../../boot/parked-records.ts';
import { Proposals } from '../../proposals/proposals.ts';
import { Caller, RequireOneScope } from '../access/access-decorators.ts';
import type { CallerIdentity } from '../access/caller.ts';
import { Answers, Describe, Operator } from '../openapi/describe.ts';
import { ProblemError } from '../problem-error.ts';

/** Beyond so many records a second person agrees, where there are two. */
const ALONE_MAX = 100;

const isOperator = ({ scopes }: CallerIdentity): boolean => scopes.includes('operator');

@Operator()
@Controller('parked-records')
export class ParkedRecordsController {
  constructor(
    private readonly parked: ParkedRecords,
    private readonly acts: ActBook,
    private readonly proposals: Proposals,
  ) {}

  @Get()
  @RequireOneScope('records:redrive', 'operator')
  @Describe({
    operationId: 'listParkedRecords',
    tag: 'Operations',
    summary: 'Lists what the consumers set aside',
    description: 'Of all tenants for an operator, else of the caller’s alone.',
  })
  @Answers(ParkedRecordsList)
  list(@Caller() caller: CallerIdentity): Promise<ParkedRecordsList> {
    return this.parked.list(isOperator(caller) ? undefined : caller.tenantId);
  }

  @Post('redrives')
  @HttpCode(200)
  @RequireOneScope('records:redrive', 'operator')
  @Describe({
    operationId: 'redriveParkedRecords',
    tag: 'Operations',
    summary: 'Handles the records of a key again, in their order',
    description:
      'What fails again stays parked. Of more than a hundred records it takes a second person where there are two (`/v1/proposals`). Another tenant’s key answers like one that nothing stands under.',
    refuses: ['approval-missing', 'unprocessable', 'not-found'],
  })
  @Answers(RedriveReport)
  async redrive(
    @Caller() caller: CallerIdentity,
    @Body({ schema: RedriveRequest }) { group, key, proposedBy }: RedriveRequest,
  ): Promise<RedriveReport> {
    const held = await this.parked.holding(group, key);
    const mayRedrive = isOperator(caller) || (held !== undefined && isOf(held, caller.tenantId));
    if (held === undefined || !mayRedrive) throw new ProblemError('not-found');
    if (held.records > ALONE_MAX) {
      const content = { group, key };
      const licence = await this.proposals.licence(caller, {
        kind: 'redrive',
        about: group,
        content,
        proposedBy,
      });
      await this.proposals.use(licence);
    }
    await this.acts.perform('records-redriven', group);
    const report = await this.parked.redrive(group, key);
    if (report === undefined) throw new ProblemError('not-found');
    return report;
  }
}
