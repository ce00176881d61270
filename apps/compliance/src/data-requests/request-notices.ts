import { Injectable } from '@nestjs/common';
import { DueAlerts } from './due-alerts.ts';
import { RequestLetters } from './request-letters.ts';

/** Who is told of a request: the person by letters, those who answer by alerts. */
@Injectable()
export class RequestNotices {
  constructor(
    readonly letters: RequestLetters,
    readonly dueAlerts: DueAlerts,
  ) {}
}
