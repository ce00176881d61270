import { randomBytes } from 'node:crypto';
import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { Command, CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { DataRequestAccepted, formatId, OpenDataRequest } from '@tact/contracts';
import { rights } from '@tact/domain';
import {
  Answers,
  Audited,
  Clock,
  currentContext,
  Describe,
  DisclosesNothing,
  Idempotent,
  notAfter,
  ProblemError,
  refuseFuture,
  RequireScope,
  Tenant,
} from '@tact/platform';
import { DataRequests } from './data-requests.ts';
import { decidedOr } from './request-problems.ts';

const bytesOf = (uuid: string): Buffer => Buffer.from(uuid.replaceAll('-', ''), 'hex');

/** Opens the file of a data request. Nobody is looked up here, so there is nothing to time. */
export class ReceiveDataRequest extends Command<DataRequestAccepted> {
  constructor(
    readonly tenantId: string,
    readonly request: OpenDataRequest,
  ) {
    super();
  }
}

@CommandHandler(ReceiveDataRequest)
export class ReceiveDataRequestHandler implements ICommandHandler<ReceiveDataRequest> {
  constructor(
    private readonly requests: DataRequests,
    private readonly clock: Clock,
  ) {}

  async execute({ tenantId, request }: ReceiveDataRequest): Promise<DataRequestAccepted> {
    const { commandId } = currentContext() ?? {};
    // Of the command's bits, so that a repeated call with its idempotency key finds the file it opened.
    const bits = commandId === undefined ? randomBytes(16) : bytesOf(commandId);
    const requestId = formatId('dataRequest', bits);
    const now = this.clock.now();
    const { receivedAt = now.toISOString(), statement, purpose, agent, ...rest } = request;
    refuseFuture(now, [{ at: receivedAt, pointer: '/receivedAt' }]);
    assertNarrowed(request);
    const command = {
      kind: 'receive',
      request: {
        ...rest,
        requestId,
        ...(statement === undefined ? {} : { statement }),
        ...(purpose === undefined ? {} : { purpose }),
        ...(agent === undefined ? {} : { agent }),
      },
      now,
      // What a fast clock dated a little ahead reached us now.
      receivedAt: new Date(notAfter(now, receivedAt)),
    } as const;
    const asked = { tenantId, requestId };
    const { events, position } = decidedOr(await this.requests.receive(asked, command, commandId));
    const [received] = events;
    return DataRequestAccepted.parse({ ...received?.data, status: 'received', position });
  }
}

/** A purpose says which consents are taken back, and nothing of any other right. */
const assertNarrowed = ({ right, purpose }: OpenDataRequest): void => {
  if (purpose === undefined || rights[right].isNarrowed) return;
  const errors = [{ pointer: '/purpose', message: 'Only a withdrawal is of a purpose.' }];
  throw new ProblemError('unprocessable', { errors });
};

@Controller('v1/data-requests')
export class OpenDataRequestController {
  constructor(private readonly commands: CommandBus) {}

  @Post()
  @HttpCode(202)
  @RequireScope('data-requests:write')
  @Idempotent()
  @Audited('DataRequestReceived')
  @DisclosesNothing('It answers the request that the caller has just opened.')
  @Describe({
    operationId: 'openDataRequest',
    tag: 'Data requests',
    summary: 'Opens the file of a data request',
    description:
      'Always accepted: no person is looked up while the caller waits. The legal clock runs from `receivedAt`, which is now when absent and never lies in the future. An objection and a withdrawal take effect within seconds, without any proof; all else waits until it is proven who asks.',
    refuses: ['unprocessable'],
  })
  @Answers(DataRequestAccepted, { description: 'The file, with the date the law gives.' })
  open(
    @Tenant() tenantId: string,
    @Body({ schema: OpenDataRequest }) request: OpenDataRequest,
  ): Promise<DataRequestAccepted> {
    return this.commands.execute(new ReceiveDataRequest(tenantId, request));
  }
}
