import { Body, Controller, Get, HttpCode, Post } from '@nestjs/common';
import { ParkedRecordsList, RedriveReport, RedriveRequest } from '@tact/contracts';
import { ActBook } from '../../acts/act-book.ts';
import { ParkedRecords } from '../../boot/parked-records.ts';
import { RequireScope } from '../access/access-decorators.ts';
import { Answers, Describe, Operator } from '../openapi/describe.ts';
import { ProblemError } from '../problem-error.ts';

@Operator()
@Controller('parked-records')
export class ParkedRecordsController {
  constructor(
    private readonly parked: ParkedRecords,
    private readonly acts: ActBook,
  ) {}

  @Get()
  @RequireScope('operator')
  @Describe({
    operationId: 'listParkedRecords',
    tag: 'Operations',
    summary: 'Lists what the consumers set aside',
  })
  @Answers(ParkedRecordsList)
  list(): Promise<ParkedRecordsList> {
    return this.parked.list();
  }

  @Post('redrives')
  @HttpCode(200)
  @RequireScope('operator')
  @Describe({
    operationId: 'redriveParkedRecords',
    tag: 'Operations',
    summary: 'Handles the records of a key again, in their order',
    description: 'What fails again stays parked.',
    refuses: ['not-found'],
  })
  @Answers(RedriveReport)
  async redrive(
    @Body({ schema: RedriveRequest }) { group, key }: RedriveRequest,
  ): Promise<RedriveReport> {
    if (this.parked.has(group)) await this.acts.perform('records-redriven', group);
    const report = await this.parked.redrive(group, key);
    if (report === undefined) throw new ProblemError('not-found');
    return report;
  }
}
