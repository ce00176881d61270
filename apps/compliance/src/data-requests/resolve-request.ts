import { Injectable } from '@nestjs/common';
import type { Queryable } from '@tact/platform';
import { DataRequests } from './data-requests.ts';
import { RequestedPeople } from './requested-people.ts';
import type { Asked } from './request-stream.ts';

/** Says whom a request is about; whoever asks again finds what was found. */
@Injectable()
export class ResolveRequest {
  constructor(
    private readonly requests: DataRequests,
    private readonly people: RequestedPeople,
  ) {}

  async run(tx: Queryable, asked: Asked): Promise<void> {
    const contactIds = await this.people.of(tx, asked);
    await this.requests.actIn(tx, asked, { kind: 'resolve', contactIds });
  }
}
