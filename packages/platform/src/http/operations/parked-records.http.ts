import { Body, Controller, Get, HttpCode, Post } from '@nestjs/common';
import { ParkedRecordsList, RedriveReport, RedriveRequest } from '@tact/contracts';
import { ParkedRecords } from '../../boot/parked-records.ts';
import { RequireScope } from '../access/access-decorators.ts';
import { Answers } from '../openapi/answers.ts';
import { ProblemError } from '../problem-error.ts';

/** For operators, on the service's own port: the gateway passes none of it on. */
@Controller('parked-records')
export class ParkedRecordsController {
  constructor(private readonly parked: ParkedRecords) {}

  @Get()
  @RequireScope('admin')
  @Answers(ParkedRecordsList)
  list(): Promise<ParkedRecordsList> {
    return this.parked.list();
  }

  /** Handles the records of one key again, in their order; what fails again stays parked. */
  @Post('redrives')
  @HttpCode(200)
  @RequireScope('admin')
  @Answers(RedriveReport)
  async redrive(
    @Body({ schema: RedriveRequest }) { group, key }: RedriveRequest,
  ): Promise<RedriveReport> {
    const report = await this.parked.redrive(group, key);
    if (report === undefined) throw new ProblemError('not-found');
    return report;
  }
}
