import { randomBytes } from 'node:crypto';
import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { Command, CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { DataRequestAccepted, formatId, OpenDataRequest } from '@tact/contracts';
import { dataRequest } from '@tact/domain';
import {
  Answers,
  Audited,
  Clock,
  currentContext,
  Describe,
  DisclosesNothing,
  EventStore,
  Idempotent,
  newEventId,
  notAfter,
  ProblemError,
  refuseFuture,
  RequireScope,
  Tenant,
} from '@tact/platform';

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
    private readonly store: EventStore,
    private readonly clock: Clock,
  ) {}

  async execute({ tenantId, request }: ReceiveDataRequest): Promise<DataRequestAccepted> {
    const { commandId } = currentContext() ?? {};
    // Of the command's bits, so that a repeated call with its idempotency key finds the file it opened.
    const bits = commandId === undefined ? randomBytes(16) : bytesOf(commandId);
    const requestId = formatId('dataRequest', bits);
    const now = this.clock.now();
    const { receivedAt = now.toISOString(), statement, ...rest } = request;
    refuseFuture(now, [{ at: receivedAt, pointer: '/receivedAt' }]);
    const command = {
      ...rest,
      ...(statement === undefined ? {} : { statement }),
      requestId,
      now,
      // What a fast clock dated a little ahead reached us now.
      receivedAt: new Date(notAfter(now, receivedAt)),
    };
    const decided = await this.store.transact(dataRequest, `data-request-${requestId}`, command, {
      commandId: commandId ?? newEventId(),
      context: { tenantId, subject: requestId },
    });
    if ('refused' in decided) throw new ProblemError('unprocessable');
    const [received] = decided.events;
    const { position } = decided;
    return DataRequestAccepted.parse({ ...received?.data, status: 'received', position });
  }
}

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
      'Always accepted: no person is looked up while the caller waits. The legal clock runs from `receivedAt`, which is now when absent and never lies in the future.',
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
