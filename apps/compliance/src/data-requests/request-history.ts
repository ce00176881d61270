import { Injectable } from '@nestjs/common';
import { DataRequests, type History } from './data-requests.ts';
import { type KeptCode, RequestCodes } from './request-codes.ts';
import type { Asked } from './request-stream.ts';

/** All that is kept of a request, of one look. */
@Injectable()
export class RequestHistory {
  constructor(
    private readonly requests: DataRequests,
    private readonly codes: RequestCodes,
  ) {}

  of(asked: Asked): Promise<History & { readonly codes: readonly KeptCode[] }> {
    return this.requests.within(async (tx) => ({
      ...(await this.requests.historyIn(tx, asked)),
      codes: await this.codes.of(tx, asked.requestId),
    }));
  }
}
